export type { ChannelView } from "./shared-channel.ts";
export { useChannel, type UseChannelOptions } from "./use-channel.ts";
export { useConnection } from "./use-connection.ts";
export { useMemberCount, usePresence } from "./use-presence.ts";
