/** What a query reads: metrics, and the labels that it matches or groups by. */
export interface QueryNames {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

const WORD = /[a-zA-Z_:][\w:]*/g;
const KEYWORDS = new Set([
  "and",
  "or",
  "unless",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "bool",
  "offset",
]);

/**
 * Finds the names in a PromQL query, as far as the examples use the language.
 *
 * Texts and ranges are left out first, then the matchers in braces and the lists after `by` give labels, and of what remains every word that
 * opens no parenthesis is a metric.
 */
export function namesIn(query: string): QueryNames {
  const bare = query.replace(/"[^"]*"/g, '""').replace(/\[[^\]]*\]/g, "");
  const labels: string[] = [];
  const rest = bare
    .replace(/\{([^}]*)\}/g, (_, matchers: string) => {
      labels.push(...[...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label));
      return "";
    })
    .replace(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, list: string) => {
      labels.push(...(list.match(WORD) ?? []));
      return "";
    });
  const metrics = [...rest.matchAll(/(?<![\w.:])([a-zA-Z_:][\w:]*)(?!\w)(?!\s*\()/g)]
    .map(([, word = ""]) => word)
    .filter((word) => !KEYWORDS.has(word) && !AGGREGATIONS.has(word));
  return { metrics, labels };
}

/** These stand before `(`, or before what was taken out in front of it. */
const AGGREGATIONS = new Set(["sum", "max", "min", "avg", "count", "topk"]);
