/** Words of the demo about kicking. */
export const KICK_WORDS = {
  "kick.title": { en: "One account, one device", zh: "一个账号，一台设备" },
  "kick.headline": {
    en: "One account, one device, and somebody who can send it away",
    zh: "一个账号，一台设备，还有能让它离开的人",
  },
  "kick.sentence": {
    en: "Sign in on the second phone: the first one is sent away and reads why. Then be the operator: kick, ban for a while, lift the ban. Who was sent away stays away until a person signs in again.",
    zh: "在第二部手机上登录：第一部会被请下线，并看到原因。再当一次管理员：踢下线、封禁一段时间、解除封禁。被请走的一方不会自己回来，直到有人重新登录。",
  },
  "kick.firstPhone": { en: "First phone", zh: "第一部手机" },
  "kick.secondPhone": { en: "Second phone", zh: "第二部手机" },
  "kick.signedIn": { en: "Signed in on this phone", zh: "已在这部手机上登录" },
  "kick.signedOut": { en: "Signed out", zh: "未登录" },
  "kick.signedOutText": {
    en: "Signing in here ends the session on the other phone.",
    zh: "在这里登录，另一部手机上的会话就会结束。",
  },
  "kick.signIn": { en: "Sign in here", zh: "在此登录" },
  "kick.signInAgain": { en: "Sign in again", zh: "重新登录" },
  "kick.signOut": { en: "Sign out", zh: "退出登录" },
  "kick.replaced": { en: "Signed in on another device", zh: "账号已在另一台设备登录" },
  "kick.triesSince": {
    en: {
      one: "It has tried to come back {count} time since.",
      other: "It has tried to come back {count} times since.",
    },
    zh: "此后它尝试回来 {count} 次。",
  },

  "kick.operator": { en: "The operator", zh: "管理员" },
  "kick.key": { en: "API key", zh: "API 密钥" },
  "kick.keyHint": {
    en: "The server prints it at its start, or names the file that holds it. It stays in this page's memory. Without it, the buttons write the command below.",
    zh: "服务器启动时会打印它，或说明它所在的文件。它只留在本页的内存里。没有密钥时，按钮只会写出下面的命令。",
  },
  "kick.reason": { en: "What the person reads", zh: "对方看到的原因" },
  "kick.sampleReason": { en: "Please take a break", zh: "请休息一下" },
  "kick.duration": { en: "Ban for", zh: "封禁时长" },
  "kick.for.1m": { en: "one minute", zh: "一分钟" },
  "kick.for.10m": { en: "ten minutes", zh: "十分钟" },
  "kick.for.24h": { en: "one day", zh: "一天" },
  "kick.for.good": { en: "until lifted", zh: "直到解除" },
  "kick.kick": { en: "Kick", zh: "踢下线" },
  "kick.ban": { en: "Ban", zh: "封禁" },
  "kick.lift": { en: "Lift the ban", zh: "解除封禁" },
  "kick.command": { en: "The same as a command", zh: "同样操作的命令" },
  "kick.noOutcome": { en: "Nothing was ordered yet.", zh: "还没有下达任何操作。" },
  "kick.wasKicked": {
    en: { one: "Kicked: {count} session ended.", other: "Kicked: {count} sessions ended." },
    zh: "已踢下线：结束了 {count} 个会话。",
  },
  "kick.wasBanned": { en: "Banned until the ban is lifted.", zh: "已封禁，直到解除。" },
  "kick.wasBannedUntil": { en: "Banned until {time}.", zh: "已封禁至 {time}。" },
  "kick.wasLifted": { en: "The ban is lifted. Sign in again.", zh: "封禁已解除，可以重新登录。" },
  "kick.nothingToLift": { en: "There was no ban to lift.", zh: "没有需要解除的封禁。" },
  "kick.refused": { en: "Not done: {message}", zh: "没有完成：{message}" },

  "kick.howTitle": { en: "How it is done", zh: "怎么做到的" },
  "kick.howText": {
    en: "sessions.maxPerUser: 1 in the configuration allows an account one session. Sending somebody away is one HTTP call, or one line over a plain socket, here from PHP.",
    zh: "在配置里写 sessions.maxPerUser: 1，一个账号就只允许一个会话。让谁下线只需一次 HTTP 调用，或通过普通套接字发一行，这里用 PHP。",
  },
  "kick.howCaption": {
    en: 'The client is told the reason and stays away: client.on("kicked", ({ reason }) => …). A ban survives a restart of the server.',
    zh: '客户端会得知原因并且不再重连：client.on("kicked", ({ reason }) => …)。封禁在服务器重启后依然有效。',
  },
} as const;
