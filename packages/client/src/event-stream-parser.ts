/**
 * Reads a stream of server-sent events in pieces of any size (HTML §9.2.6), as far as Tidewire writes them.
 *
 * `take` gets the data of each event, and an empty text for each comment.
 */
export class EventStreamParser {
  readonly #take: (data: string) => void;
  #rest = "";
  #data: string[] = [];

  constructor(take: (data: string) => void) {
    this.#take = take;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    if (line.startsWith(":")) this.#take("");
    else if (line.startsWith("data:")) this.#data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    if (line !== "" || this.#data.length === 0) return;
    const data = this.#data.join("\n");
    this.#data = [];
    this.#take(data);
  }
}
