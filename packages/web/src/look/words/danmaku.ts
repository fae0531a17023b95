/** Words of the demo about comments over a video. */
export const DANMAKU_WORDS = {
  "danmaku.title": { en: "Live comments", zh: "弹幕" },
  "danmaku.headline": {
    en: "A thousand people talk, and you can still read",
    zh: "千人齐发，弹幕依然看得清",
  },
  "danmaku.sentence": {
    en: "Write a comment and it flies over the video, here and on every other screen. Send in the crowd: each screen gets ten comments a second, chosen fairly, and is told how many were left out. Your own, gifts and the moderator's always come.",
    zh: "发一条弹幕，它会飞过这里和其他每一块屏幕上的画面。请来一千名观众：每块屏幕每秒收到十条，公平挑选，并且知道略过了多少。自己的弹幕、礼物和房管的话一定送达。",
  },
  "danmaku.rooms": { en: "Rooms", zh: "房间" },
  "danmaku.room.harbour": { en: "Harbour", zh: "港湾" },
  "danmaku.room.city": { en: "City", zh: "夜城" },
  "danmaku.room.aurora": { en: "Aurora", zh: "极光" },
  "danmaku.scene.harbour": { en: "A boat in a bay at sunset", zh: "日落时分，海湾里的一艘船" },
  "danmaku.scene.city": { en: "A city by night", zh: "城市夜景" },
  "danmaku.scene.aurora": { en: "Northern lights over mountains", zh: "群山之上的极光" },

  "danmaku.video": { en: "Video", zh: "视频" },
  "danmaku.live": { en: "LIVE", zh: "直播" },
  "danmaku.pause": { en: "Pause", zh: "暂停" },
  "danmaku.play": { en: "Play", zh: "播放" },
  "danmaku.overlay": { en: "Comments", zh: "弹幕" },
  "danmaku.watching": { en: "{count} watching", zh: "{count} 人在看" },

  "danmaku.yourComment": { en: "Your comment", zh: "你的弹幕" },
  "danmaku.placeholder": { en: "Say something kind", zh: "发个友善的弹幕见证当下" },
  "danmaku.send": { en: "Send", zh: "发送" },
  "danmaku.secondsLeft": { en: "{seconds} s", zh: "{seconds} 秒" },
  "danmaku.cooldown": {
    en: "Not so fast: the server takes one comment every three seconds from each viewer. Yours is kept.",
    zh: "慢一点：每位观众每三秒只能发一条。你写的内容还在。",
  },
  "danmaku.cooledDown": { en: "Now it can be sent.", zh: "现在可以发送了。" },
  "danmaku.filtered": {
    en: "The backend's word filter changed your comment before anybody saw it.",
    zh: "后端的词语过滤在任何人看到之前改了你的弹幕。",
  },
  "danmaku.filterSilent": {
    en: "The word filter does not answer, so no comment is let through. Start the backend with the command below.",
    zh: "词语过滤没有回应，因此弹幕都不放行。请用下面的命令启动后端。",
  },
  "danmaku.refused": { en: "Not sent: {message}", zh: "没有发出：{message}" },
  "danmaku.colour": { en: "Colour", zh: "颜色" },
  "danmaku.colour.white": { en: "White", zh: "白色" },
  "danmaku.colour.yellow": { en: "Yellow", zh: "黄色" },
  "danmaku.colour.coral": { en: "Coral", zh: "珊瑚色" },
  "danmaku.colour.green": { en: "Green", zh: "绿色" },
  "danmaku.colour.blue": { en: "Blue", zh: "蓝色" },
  "danmaku.colour.pink": { en: "Pink", zh: "粉色" },

  "danmaku.comments": { en: "Recent comments", zh: "最近的弹幕" },
  "danmaku.notReadOut": {
    en: "Too many comments to read out. They are in the list.",
    zh: "弹幕太多，不再朗读，内容在列表里。",
  },
  "danmaku.rank.own": { en: "You", zh: "我" },
  "danmaku.rank.gift": { en: "Gift", zh: "礼物" },
  "danmaku.rank.moderator": { en: "Moderator", zh: "房管" },
  "danmaku.rank.sample": { en: "Sample", zh: "示例" },

  "danmaku.figures": { en: "Figures", zh: "数据" },
  "danmaku.perSecond": { en: "/s", zh: "/秒" },
  "danmaku.figure.written": { en: "written in this room", zh: "本房间发出" },
  "danmaku.figure.received": { en: "sent to this screen", zh: "送到这块屏幕" },
  "danmaku.figure.dropped": { en: "left out for you by the budget", zh: "服务器按预算为你略过" },
  "danmaku.figure.crowdedOut": { en: "found no free lane here", zh: "在这里没有空闲轨道" },
  "danmaku.figure.frames": { en: "frames drawn", zh: "绘制帧数" },

  "danmaku.crowd": { en: "A crowd on demand", zh: "请来一群观众" },
  "danmaku.crowdText": {
    en: "1000 simulated viewers come to this room, each with a connection of its own, and 500 comments a second are written. They come from a process beside the server, for half a minute.",
    zh: "一千名模拟观众来到这个房间，各有自己的连接；每秒写出 500 条弹幕。它们来自服务器旁边的一个进程，持续半分钟。",
  },
  "danmaku.crowdStart": { en: "Send in the crowd", zh: "请观众入场" },
  "danmaku.crowdStop": { en: "Send them home", zh: "请观众离场" },
  "danmaku.crowdReady": { en: "The backend is ready.", zh: "后端已就绪。" },
  "danmaku.crowdComes": {
    en: "{viewers} of {wanted} viewers have come to {room}.",
    zh: "{wanted} 名观众中已有 {viewers} 名来到{room}。",
  },
  "danmaku.crowdIsThere": {
    en: "{viewers} viewers in {room}, {rate} comments a second, {secondsLeft} s left. Together they got {received}, and {dropped} were left out.",
    zh: "{room}里有 {viewers} 名观众，每秒 {rate} 条弹幕，还剩 {secondsLeft} 秒。他们共收到 {received} 条，略过 {dropped} 条。",
  },
  "danmaku.crowdNeeds": {
    en: "The crowd, gifts and a stream of comments come from the example's backend. Start it in your clone:",
    zh: "观众、礼物和持续的弹幕来自示例后端。在克隆的仓库里启动它：",
  },
  "danmaku.backendCommand": { en: "Start the backend", zh: "启动后端" },

  "danmaku.filter": { en: "Word filter", zh: "词语过滤" },
  "danmaku.filterOn": { en: "On", zh: "已开启" },
  "danmaku.filterOff": { en: "Off", zh: "未开启" },
  "danmaku.filterTry": {
    en: "The server asks the backend about every comment. Write “no spoilers, damn” and see what others get; a link is refused.",
    zh: "每条弹幕都先由服务器询问后端。发一句“别剧透，笨蛋”，看看别人收到什么；链接会被拒绝。",
  },
  "danmaku.filterText": {
    en: "A publish hook: the server asks a backend about every comment, and the backend lets it pass, changes it or refuses it.",
    zh: "发布钩子：服务器就每条弹幕询问后端，由后端放行、修改或拒绝。",
  },
  "danmaku.filterNeeds": {
    en: "Whom the server asks is in its configuration. Start it with this one, and the backend beside it:",
    zh: "询问谁写在服务器的配置里。用这份配置启动服务器，并在旁边启动后端：",
  },
  "danmaku.filterCommand": { en: "Start the server with the word filter", zh: "启动带词语过滤的服务器" },

  "danmaku.sample.0": { en: "First!", zh: "前排！" },
  "danmaku.sample.1": { en: "What a view", zh: "这个画面太美了" },
  "danmaku.sample.2": { en: "I could watch this for hours", zh: "可以看一整天" },
  "danmaku.sample.3": { en: "Greetings from Lisbon", zh: "来自成都的问候" },
  "danmaku.sample.4": { en: "So calm", zh: "好治愈" },
  "danmaku.sample.5": { en: "Look at the light!", zh: "快看那道光！" },
  "danmaku.sample.6": { en: "Wallpaper, please", zh: "求壁纸" },
  "danmaku.sample.7": { en: "Write one too, the field is below", zh: "你也来发一条，输入框就在下面" },

  "danmaku.howText": {
    en: "The channel's rule says deliver: budget and a rate limit; nothing of it is in the page. The server chooses what each viewer gets, encodes it once for all of them, and counts the rest.",
    zh: "频道的规则写着 deliver: budget 和发送频率，页面里没有这些逻辑。服务器替每位观众挑选，只编码一次发给所有人，并统计略过的条数。",
  },
  "danmaku.howCaption": {
    en: 'The backend sends gifts with priority: high, which no budget leaves out. Recent comments on entering: room.history({ limit: 30, order: "desc" }).',
    zh: '后端用 priority: high 发送礼物，任何预算都不会略过它。进入时的最近弹幕：room.history({ limit: 30, order: "desc" })。',
  },
} as const;
