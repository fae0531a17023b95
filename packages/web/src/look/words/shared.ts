/** Words of the components that every page shares. */
export const SHARED_WORDS = {
  "look.toDark": { en: "Switch to dark", zh: "切换到深色" },
  "look.toLight": { en: "Switch to light", zh: "切换到浅色" },
  "look.copy": { en: "Copy", zh: "复制" },
  "look.copied": { en: "Copied", zh: "已复制" },
  "look.selected": { en: "Selected: press Ctrl+C", zh: "已选中，请按 Ctrl+C" },
  "look.close": { en: "Close", zh: "关闭" },
  "look.command": { en: "Command", zh: "命令" },
  "look.code": { en: "Code", zh: "代码" },
  "look.backend": { en: "Backend", zh: "后端" },
  "look.how": { en: "How it is done", zh: "怎么做到的" },

  "state.live": { en: "Live", zh: "实时" },
  "state.connecting": { en: "Connecting", zh: "连接中" },
  "state.catchingUp": {
    en: "Catching up · {count} left",
    zh: "补收中 · 还差 {count} 条",
  },
  "state.catchingUpSaid": { en: "Catching up on missed messages", zh: "正在补收错过的消息" },
  "state.offline": { en: "Offline", zh: "离线" },
  "state.offlineRetry": { en: "Offline · retry in {count} s", zh: "离线 · {count} 秒后重试" },
  "state.retrying": { en: "Offline · trying again", zh: "离线 · 正在重试" },
  "state.kicked": { en: "Disconnected by the server", zh: "已被服务器断开" },
  "state.kickedBecause": { en: "Disconnected: {reason}", zh: "已断开：{reason}" },

  "curl.key": {
    en: "The key is the one you gave the server, or the one it made itself: by default in the file data/api-key.",
    zh: "密钥是你给服务器设置的那个；没有设置时由服务器生成，默认保存在文件 data/api-key 中。",
  },
} as const;
