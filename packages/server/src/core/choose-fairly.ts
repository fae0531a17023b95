import type { Random } from "../base/clock.ts";

/**
 * Chooses `count` of some messages by chance, fairly by their senders, and gives the chosen places in order.
 *
 * `senders` has the sender of each message. In every round each sender that has something left puts one message forward, by
 * chance; the last round, which has not room for all, goes to senders drawn by lot. So a sender gets at most one more than any
 * other that still wanted one, however many messages it sends, and a message counts the same wherever it stands.
 */
export function chooseFairly(senders: readonly string[], count: number, random: Random): readonly number[] {
  if (count >= senders.length) return senders.map((_, place) => place);
  let waiting = placesBySender(senders);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const room = count - chosen.length;
    if (waiting.length > room) waiting = [...draw(waiting, room, random)];
    for (const places of waiting) chosen.push(...draw(places, 1, random));
    waiting = waiting.filter(({ length }) => length > 0);
  }
  return chosen.toSorted((one, other) => one - other);
}

function placesBySender(senders: readonly string[]): number[][] {
  const bySender = new Map<string, number[]>();
  for (const [place, sender] of senders.entries()) {
    const places = bySender.get(sender);
    if (places === undefined) bySender.set(sender, [place]);
    else places.push(place);
  }
  return [...bySender.values()];
}

/** Takes `count` items out of the list, each with the same chance. The order of the others changes. */
function draw<Item>(items: Item[], count: number, random: Random): readonly Item[] {
  const drawn: Item[] = [];
  for (let left = count; left > 0; left -= 1) {
    const place = Math.floor(random() * items.length);
    const item = items[place];
    const last = items.pop();
    if (item === undefined || last === undefined) break;
    drawn.push(item);
    if (place < items.length) items[place] = last;
  }
  return drawn;
}
