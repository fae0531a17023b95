/** Words of the landing page. */
export const LANDING_WORDS = {
  "landing.headline": {
    en: "Your backend calls once.\nEvery screen knows.",
    zh: "后端调用一次，\n每块屏幕都知道。",
  },
  "landing.sentence": {
    en: "Tidewire is a push server you host yourself: a message reaches every browser and phone that should have it, at once while it is connected, in order and exactly once when it comes back.",
    zh: "Tidewire 是可以自己部署的推送服务器：消息会送达每一个该收到它的浏览器和手机，在线时立即送达，回来时按顺序、不多不少地补上。",
  },
  "landing.openChat": { en: "Open the chat", zh: "打开聊天室" },
  "landing.readApi": { en: "Read the API", zh: "查看 API" },

  "landing.proof": { en: "This page is subscribed to", zh: "本页已订阅" },
  "landing.proofStep": {
    en: "Paste this into a terminal and watch the message land here:",
    zh: "把它粘贴到终端里，看消息出现在这里：",
  },
  "landing.waiting": { en: "Waiting for the first message", zh: "等待第一条消息" },
  "landing.waitingText": {
    en: "Whatever is pushed to this channel shows up here, on every screen that has the page open.",
    zh: "推送到这个频道的任何内容都会出现在这里，出现在每块打开本页的屏幕上。",
  },
  "landing.tryHere": { en: "No terminal at hand? Publish from here", zh: "手边没有终端？从这里发布" },
  "landing.yourText": { en: "Your message", zh: "你的消息" },
  "landing.sample": { en: "hello", zh: "你好" },
  "landing.publish": { en: "Publish", zh: "发布" },
  "landing.fromApi": { en: "backend", zh: "后端" },
  "landing.fromPage": { en: "a page", zh: "网页" },
  "landing.fromHere": { en: "this page", zh: "本页" },
  "landing.refused": { en: "Not published: {problem}", zh: "未发布：{problem}" },
  "landing.received": { en: "Messages that arrived", zh: "收到的消息" },

  "landing.demos": { en: "See it work", zh: "看它怎么工作" },
  "landing.demosText": {
    en: "Each of these is usable as it opens. The command below each pushes into it: run it in the folder where the server was started, and it finds the server's key.",
    zh: "每个演示打开即用。下面的命令会向它推送：在启动服务器的文件夹里运行，命令会自己找到服务器的密钥。",
  },
  "landing.pushInto": { en: "Push into: {demo}", zh: "推送到：{demo}" },
  "landing.chat": { en: "Chat", zh: "聊天室" },
  "landing.chatText": {
    en: "Rooms, who is online, history on entering, private messages, unread counts. Alone? Open it in two windows and talk to yourself.",
    zh: "房间、在线成员、进入时的历史、私信、未读数。只有你一个人？在两个窗口里打开，自己和自己聊。",
  },
  "landing.lockscreen": { en: "Lock screen laboratory", zh: "锁屏实验室" },
  "landing.lockscreenText": {
    en: "Lock, freeze and cut off two phones at once: one with a plain WebSocket, one with the SDK. Watch which of them has every message.",
    zh: "同时锁屏、冻结、断网两部手机：一部用原生 WebSocket，一部用 SDK。看哪一部一条消息都不少。",
  },
  "landing.notify": { en: "Notifications", zh: "通知" },
  "landing.notifyText": {
    en: "A backend's console and the devices of three people. Push to one, to all, to all but one; read on one device, and the badge clears on the other.",
    zh: "一个后端控制台，三个人的设备。推送给一个人、所有人或除一人外的所有人；在一台设备上读过，另一台的角标随之消失。",
  },
  "landing.ticker": { en: "Ticker", zh: "行情" },
  "landing.tickerText": {
    en: "Fifty prices, pushed or polled: requests, bytes, age and CPU of each way side by side. Ask for fewer while they come.",
    zh: "五十个价格，推送或轮询：请求数、字节、时延和 CPU 并排比较。接收中随时可以调低频率。",
  },
  "landing.danmaku": { en: "Live comments", zh: "弹幕" },
  "landing.danmakuText": {
    en: "Comments fly over a video. Send in a thousand viewers and 500 comments a second: everybody gets ten, chosen fairly, and their own always.",
    zh: "弹幕飞过画面。请来一千名观众、每秒 500 条弹幕：每人每秒收到十条，公平挑选，自己的一定送达。",
  },
  "landing.kickDemo": { en: "One account, one device", zh: "一个账号，一台设备" },
  "landing.kickDemoText": {
    en: "Two phones, one account: the second sign-in sends the first away, with a reason. Be the operator: kick, ban, let back in.",
    zh: "两部手机，一个账号：第二次登录会让第一部下线，并说明原因。当一次管理员：踢下线、封禁、放行。",
  },

  "landing.start": { en: "Three lines to begin", zh: "三行开始" },
  "landing.startText": {
    en: "Start the server, listen in a page, push from anything that can speak HTTP or open a socket.",
    zh: "启动服务器，在网页里监听，从任何会说 HTTP 或能打开套接字的程序推送。",
  },
  "landing.startServer": { en: "In a clone of the repository", zh: "在克隆的仓库里" },
  "landing.startPage": {
    en: "In a page served from this machine (open mode)",
    zh: "在本机提供的网页里（开放模式）",
  },
  "landing.startPush": { en: "From any backend", zh: "从任意后端" },

  "landing.promises": { en: "What you can rely on", zh: "你可以依靠什么" },
  "landing.order": { en: "In order", zh: "按顺序" },
  "landing.orderText": {
    en: "One channel's messages reach every subscriber in the order they were published.",
    zh: "同一频道的消息按发布顺序送达每一个订阅者。",
  },
  "landing.noLoss": { en: "Nothing lost in silence", zh: "绝不悄悄丢失" },
  "landing.noLossText": {
    en: "Whoever comes back gets what they missed, or is told exactly which messages are gone.",
    zh: "回来的人会收到错过的消息，或被明确告知哪些已经不在。",
  },
  "landing.once": { en: "Nothing twice", zh: "绝不重复" },
  "landing.onceText": {
    en: "A publish repeated with the same id is stored once and answered with its first position.",
    zh: "用同一个 id 重复发布只存一次，回答的是第一次的位置。",
  },
  "landing.isolation": { en: "Nobody slows anybody", zh: "互不拖累" },
  "landing.isolationText": {
    en: "A slow or hostile client never delays another one, and never grows memory without bound.",
    zh: "缓慢或恶意的客户端不会拖慢别人，也不会让内存无限增长。",
  },
  "landing.kick": { en: "A kick is final", zh: "踢出就是踢出" },
  "landing.kickText": {
    en: "Whoever is kicked is told why, is closed, and does not come back by itself.",
    zh: "被踢出的人会知道原因，连接关闭，不会自己回来。",
  },
  "landing.durable": { en: "On disk by default", zh: "默认写入磁盘" },
  "landing.durableText": {
    en: "With the default engine and rules, a publish is acknowledged and delivered only once it is on disk. The memory engine forgets when the server stops.",
    zh: "使用默认引擎和规则时，消息写入磁盘之后才会被确认并送达。内存引擎在服务器停止后不再保留。",
  },

  "landing.docs": { en: "Read on", zh: "继续阅读" },
  "landing.openapi": { en: "HTTP API, as OpenAPI", zh: "HTTP 接口（OpenAPI）" },
  "landing.sdk": { en: "The SDK for a script tag", zh: "script 标签用的 SDK" },
  "landing.inRepository": { en: "In the repository:", zh: "在仓库里：" },
} as const;
