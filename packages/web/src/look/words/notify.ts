/** Words of the demo about notifications. */
export const NOTIFY_WORDS = {
  "notify.title": { en: "Notifications", zh: "通知" },
  "notify.headline": { en: "One push, and the right screens light up", zh: "一次推送，该亮的屏幕都亮" },
  "notify.sentence": {
    en: "Push to one person, to everybody, or to all but one. Read on one of Ada's devices and the badge clears on the other. Switch a phone off, push, and switch it on again: what it missed comes once.",
    zh: "推送给一个人、所有人，或除某人之外的所有人。Ada 在一台设备上读过，另一台的角标也会消失。关掉一部手机，推送，再打开：错过的通知会补上，且只来一次。",
  },

  "notify.console": { en: "The backend's console", zh: "后端控制台" },
  "notify.to": { en: "To", zh: "发给" },
  "notify.reach.one": { en: "One person", zh: "一个人" },
  "notify.reach.all": { en: "Everybody", zh: "所有人" },
  "notify.reach.others": { en: "All but one", zh: "除一人外" },
  "notify.who.one": { en: "Who gets it", zh: "谁收到" },
  "notify.who.others": { en: "Who does not get it", zh: "谁不收到" },
  "notify.draftTitle": { en: "Title", zh: "标题" },
  "notify.draftText": { en: "Text", zh: "正文" },
  "notify.push": { en: "Push", zh: "推送" },
  "notify.noOutcome": { en: "Nothing was pushed from here yet.", zh: "这里还没有推送过。" },
  "notify.sent": { en: "Pushed to {names}.", zh: "已推送给{names}。" },
  "notify.refused": { en: "Not pushed: {message}", zh: "没有推送：{message}" },
  "notify.command": { en: "The same from a terminal", zh: "在终端里做同样的事" },
  "notify.backendCommand": { en: "A backend that goes on pushing", zh: "持续推送的后端" },
  "notify.consoleNote": {
    en: "This console has no key: on your own machine the server lets pages try it. Elsewhere only a backend with the key pushes into an inbox.",
    zh: "这个控制台没有密钥：在你自己的机器上，服务器允许网页试用。在别处，只有持有密钥的后端才能推送到收件箱。",
  },

  "notify.phone": { en: "Phone", zh: "手机" },
  "notify.tablet": { en: "Tablet", zh: "平板" },
  "notify.device": { en: "{name}'s {device}", zh: "{name} 的{device}" },
  "notify.phoneOf": { en: "phone", zh: "手机" },
  "notify.tabletOf": { en: "tablet", zh: "平板" },
  "notify.unread": { en: "{count} unread", zh: "{count} 条未读" },
  "notify.received": { en: "Notifications", zh: "通知" },
  "notify.read": { en: "Mark as read", zh: "标为已读" },
  "notify.isOn": { en: "Switched on", zh: "电源" },
  "notify.off": { en: "Switched off", zh: "已关机" },
  "notify.offText": {
    en: "What comes now waits on the server.",
    zh: "现在到来的通知在服务器上等着。",
  },
  "notify.empty": { en: "All read", zh: "全部已读" },
  "notify.emptyText": { en: "New notifications show up here.", zh: "新通知会出现在这里。" },
  "notify.fromBackend": { en: "backend", zh: "后端" },
  "notify.notLetIn": { en: "The server refused: {problem}", zh: "服务器拒绝了：{problem}" },

  "notify.system": { en: "This browser, for Ada", zh: "这个浏览器，替 Ada 接收" },
  "notify.system.default": {
    en: "Let your own system show what Ada gets. Nothing is asked before you click.",
    zh: "让你自己的系统显示 Ada 收到的通知。点击之前什么都不会询问。",
  },
  "notify.system.granted": {
    en: "Your system may show what Ada gets. Read it on one of her devices, and it disappears here.",
    zh: "你的系统可以显示 Ada 收到的通知。在她的任一设备上读过，这里的就会消失。",
  },
  "notify.system.denied": {
    en: "This browser does not allow notifications for this site. Its settings for the site change that.",
    zh: "这个浏览器不允许本站显示通知，可以在浏览器的站点设置里更改。",
  },
  "notify.system.unsupported": {
    en: "This browser has no notifications for a page. A desktop browser has.",
    zh: "这个浏览器不支持网页通知，请用桌面浏览器。",
  },
  "notify.system.on": { en: "Show notifications", zh: "显示通知" },
  "notify.system.off": { en: "Stop", zh: "停止" },
  "notify.system.shown": {
    en: { one: "{count} notification on your screen", other: "{count} notifications on your screen" },
    zh: "你的屏幕上有 {count} 条通知",
  },

  "notify.draft.0.title": { en: "Out for delivery", zh: "正在派送" },
  "notify.draft.0.text": {
    en: "Order 2041 arrives between 14:00 and 15:00.",
    zh: "订单 2041 将在 14:00 到 15:00 之间送达。",
  },
  "notify.draft.1.title": { en: "Mei answered you", zh: "Mei 回复了你" },
  "notify.draft.1.text": { en: "“Looks good. Ship it!”", zh: "“没问题，发布吧！”" },
  "notify.draft.2.title": { en: "Build 418 passed", zh: "构建 418 已通过" },
  "notify.draft.2.text": { en: "All checks are green after 73 seconds.", zh: "73 秒后所有检查都通过了。" },
  "notify.sample.welcome.title": { en: "Welcome aboard", zh: "欢迎" },
  "notify.sample.welcome.text": {
    en: "What a backend pushes shows up here.",
    zh: "后端推送的通知会出现在这里。",
  },
  "notify.sample.parcel.title": { en: "Order 2040 is packed", zh: "订单 2040 已打包" },
  "notify.sample.parcel.text": { en: "It leaves our warehouse this evening.", zh: "今晚从仓库发出。" },

  "notify.howText": {
    en: "Every user has an inbox that only they can read, on all of their devices. It is a stream like any other: what is missed comes later, once, and how far the person has read is kept on the server.",
    zh: "每个用户都有一个只有自己能读的收件箱，所有设备共用。它和别的频道一样是一条流：错过的稍后补上，只来一次；读到哪里由服务器记住。",
  },
  "notify.howCaption": {
    en: 'The badge begins with inbox.on("subscribed", ({ unread }) => …), and inbox.on("acked", ({ unread }) => …) comes when another device has read.',
    zh: '角标的初值来自 inbox.on("subscribed", ({ unread }) => …)；别的设备读过时会收到 inbox.on("acked", ({ unread }) => …)。',
  },
} as const;
