/** Words of the lock screen laboratory. */
export const LOCKSCREEN_WORDS = {
  "lock.title": { en: "Lock screen laboratory", zh: "锁屏实验室" },
  "lock.headline": {
    en: "What a lock screen takes, and what comes back",
    zh: "锁屏会带走什么，又能找回什么",
  },
  "lock.sentence": {
    en: "A source publishes five numbered messages a second. Two phones listen: one with the socket everybody writes first, one with the SDK. Do something to both and see what is missing.",
    zh: "消息源每秒发布五条带编号的消息。两部手机在听：一部用人人最先写出的原生套接字，一部用 SDK。对它们做同样的事，看看少了什么。",
  },
  "lock.naiveAbout": {
    en: "Opens a socket, and another one a second after it was closed.",
    zh: "打开一个套接字，关闭一秒后再打开一个。",
  },
  "lock.sdkAbout": {
    en: "Doubts its socket after sleep, replaces it, and asks for what it missed.",
    zh: "休眠之后怀疑自己的套接字，换掉它，并索取错过的消息。",
  },

  "lock.treatments": { en: "Do this to both phones", zh: "对两部手机做同样的事" },
  "lock.course": { en: "Do all three in turn", zh: "依次做完三种" },
  "lock.courseRuns": { en: "Doing all three", zh: "正在依次进行" },
  "lock.begin.locked": { en: "Lock the screen", zh: "锁屏" },
  "lock.end.locked": { en: "Unlock", zh: "解锁" },
  "lock.begin.frozen": { en: "Freeze the page", zh: "冻结页面" },
  "lock.end.frozen": { en: "Thaw", zh: "解冻" },
  "lock.begin.cut": { en: "Cut the network", zh: "切断网络" },
  "lock.end.cut": { en: "Restore it", zh: "恢复网络" },
  "lock.isWell": { en: "Awake, looked at, with a network", zh: "清醒，有人在看，网络正常" },
  "lock.is.locked": {
    en: "Locked: the page is hidden, its socket dies in silence",
    zh: "已锁屏：页面隐藏，套接字悄悄断掉",
  },
  "lock.is.frozen": { en: "Frozen: nothing of the page runs", zh: "已冻结：页面里什么都不运行" },
  "lock.is.cut": { en: "Cut off: bytes vanish, nobody is told", zh: "已断网：字节消失，谁也不知道" },
  "lock.was.locked": { en: "Locked for {duration}", zh: "锁屏 {duration}" },
  "lock.was.frozen": { en: "Frozen for {duration}", zh: "冻结 {duration}" },
  "lock.was.cut": { en: "Cut off for {duration}", zh: "断网 {duration}" },

  "lock.sent": { en: "Sent", zh: "已发送" },
  "lock.received": { en: "Received", zh: "已收到" },
  "lock.missing": { en: "Behind", zh: "落后" },
  "lock.lostCount": { en: "Lost", zh: "丢失" },
  "lock.repeated": { en: "Repeated", zh: "重复" },
  "lock.recoveredIn": { en: "Back after", zh: "恢复用时" },
  "lock.seconds": { en: "{seconds} s", zh: "{seconds} 秒" },

  "lock.heard": { en: "received at once", zh: "即时收到" },
  "lock.filled": { en: "missed, then filled in", zh: "错过后补上" },
  "lock.lost": { en: "lost for good", zh: "永远丢失" },
  "lock.awaited": { en: "not there yet", zh: "还没到" },
  "lock.treated": { en: "locked, frozen or cut off", zh: "锁屏、冻结或断网期间" },
  "lock.secondsAgo": { en: "{count} s ago", zh: "{count} 秒前" },
  "lock.now": { en: "now", zh: "现在" },
  "lock.chartCaption": {
    en: "One mark for each message, where it was sent. Look at the shaded times: above, marks stay short and crossed; below, they grow back.",
    zh: "每条消息一道标记，画在它发送的时刻。看阴影处：上面的标记一直短小并带叉，下面的会重新长高。",
  },
  "lock.chartSummary": {
    en: "{sent} messages sent. new WebSocket lost {naiveLost}, the Tidewire SDK {sdkLost}.",
    zh: "已发送 {sent} 条消息。new WebSocket 丢失 {naiveLost} 条，Tidewire SDK 丢失 {sdkLost} 条。",
  },

  "lock.episodes": { en: "What it did", zh: "结果" },
  "lock.noEpisodes": {
    en: "Nothing was done to the phones yet. Press a button above, wait a few seconds, and undo it.",
    zh: "还没有对手机做任何事。按上面的按钮，等几秒，再恢复。",
  },
  "lock.away": { en: "away", zh: "不在" },
  "lock.recovering": { en: "not back yet", zh: "还没恢复" },
  "lock.lostMessages": {
    en: { one: "{count} message lost,", other: "{count} messages lost," },
    zh: "丢失 {count} 条消息，",
  },
  "lock.filledMessages": {
    en: { one: "none lost, {count} filled in,", other: "none lost, {count} filled in," },
    zh: "没有丢失，补上 {count} 条，",
  },
  "lock.backAfter": { en: "back after {duration}", zh: "{duration}后恢复" },

  "lock.honest": {
    en: "How it is simulated: both phones run in this page, over real sockets to this server. A treatment swallows the bytes of both, stops the timers of both when frozen, and sends both the events a browser sends; a dead socket is noticed by the browser after 4 s, where in life it may take minutes. The SDK doubts its socket after {trust} s hidden and waits {probe} s for an answer, in place of 10 and 3, so that you need not wait.",
    zh: "模拟方法：两部手机都运行在本页中，通过真实的套接字连接本服务器。每种处理都吞掉双方的字节，冻结时停掉双方的定时器，并向双方发送浏览器会发出的事件；失效的套接字 4 秒后才被浏览器发现，现实中可能要几分钟。为了不让你久等，SDK 在隐藏 {trust} 秒后就怀疑套接字，等待回应 {probe} 秒，而默认是 10 秒和 3 秒。",
  },
  "lock.problem": {
    en: "The source cannot publish: {problem} This demo needs a server in open mode, or rules that allow demo.lockscreen.**",
    zh: "消息源无法发布：{problem} 本演示需要开放模式的服务器，或允许 demo.lockscreen.** 的规则。",
  },
  "lock.howTitle": { en: "Surviving the lock screen, in three lines", zh: "三行代码挺过锁屏" },
  "lock.howText": {
    en: "There is nothing to call: the SDK watches the page and the network by itself, and each subscription knows its position.",
    zh: "什么都不用调用：SDK 自己留意页面和网络，每个订阅都知道自己的位置。",
  },
  "lock.howCaption": {
    en: "What is published while away waits in order, and is stored once: client.publish() needs no lines of its own for that.",
    zh: "离线时发布的内容按顺序等待，并且只存一次：client.publish() 不需要为此多写一行。",
  },
} as const;
