/** The title of the page: unread messages first, where a narrow tab still shows them. */
export function pageTitle(unread: number, room: string, chat: string): string {
  const title = `#${room} · ${chat} · Tidewire`;
  if (unread === 0) return title;
  return `(${unread > 999 ? "999+" : unread}) ${title}`;
}
