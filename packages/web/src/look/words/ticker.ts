/** Words of the demo about prices. */
export const TICKER_WORDS = {
  "ticker.title": { en: "Ticker", zh: "行情" },
  "ticker.headline": { en: "Prices as they are, not as they were", zh: "看现在的价格，而不是刚才的价格" },
  "ticker.sentence": {
    en: "The same fifty prices, pushed or polled. Switch between the ways and compare what each costs and how old its prices are. Each symbol's newest price is pushed at the rate this page asks for, and the last one always comes.",
    zh: "同样的五十个价格，推送或轮询。切换方式，比较各自的开销和价格的新旧。每个代码的最新价格按本页要求的频率推送，最后一个价格一定会到。",
  },

  "ticker.comparison": { en: "Push or poll", zh: "推送还是轮询" },
  "ticker.way.push": { en: "Push", zh: "推送" },
  "ticker.way.poll1": { en: "Poll, 1 s", zh: "轮询 1 秒" },
  "ticker.way.poll5": { en: "Poll, 5 s", zh: "轮询 5 秒" },
  "ticker.figure.requests": { en: "Requests", zh: "请求数" },
  "ticker.figure.bytes": { en: "Bytes received", zh: "收到的字节" },
  "ticker.figure.stale": { en: "Average age of prices shown", zh: "所示价格的平均时延" },
  "ticker.figure.cpu": { en: "CPU of the process that answers", zh: "应答进程的 CPU" },
  "ticker.inAll": { en: "{amount} in all", zh: "共 {amount}" },
  "ticker.rate": { en: "Push at most", zh: "推送上限" },
  "ticker.rateValue": { en: "{rate} a second", zh: "每秒 {rate} 次" },
  "ticker.note": {
    en: "Requests and bytes count from when the way was chosen; the rest is the last ten seconds. What was left stays for comparison.",
    zh: "请求数和总字节数从选择该方式时算起，其余是最近十秒的平均。离开后的数字保留下来供比较。",
  },

  "ticker.feeder": { en: "Where the prices come from", zh: "价格从哪里来" },
  "ticker.feeder.none": { en: "Sample prices", zh: "示例价格" },
  "ticker.feeder.running": { en: "A process feeds real pushes", zh: "一个进程正在推送" },
  "ticker.feeder.stopped": { en: "The feeder has stopped", zh: "推送进程已停止" },
  "ticker.feederText.none": {
    en: "This page publishes them itself, as a client. Start the feeder in a clone where the server runs: it pushes to this page, and answers polls.",
    zh: "它们由本页自己作为客户端发布。在运行服务器的克隆里启动推送进程：它会向本页推送，也会应答轮询。",
  },
  "ticker.feederText.running": {
    en: "It has the key, walks fifty prices at random, pushes each move through Tidewire, and answers polls for the same prices itself. Start it again with:",
    zh: "它持有密钥，让五十个价格随机游走，每次变动都通过 Tidewire 推送，并自己应答对同样价格的轮询。再次启动的命令：",
  },
  "ticker.feederText.stopped": {
    en: "The last price of each symbol stands. Figures wait until prices move again:",
    zh: "每个代码的最后价格保留在这里。价格再次变动之前，数字不再更新：",
  },
  "ticker.command": { en: "Start the feeder", zh: "启动推送进程" },
  "ticker.problem": { en: "No prices: {problem}", zh: "没有价格：{problem}" },
  "ticker.honestTitle": { en: "How it is measured", zh: "怎样测量" },
  "ticker.honest": {
    en: "Age: now, minus when the price was made, which holds where page and feeder share a clock. Bytes: for polls what the browser reports, with 300 for headers; for push the text and frame headers, uncompressed. CPU, of one core: Tidewire for push, the feeder for polls; each also does the feeder's publishing.",
    zh: "时延：当前时间减去价格产生的时间，前提是页面与推送进程使用同一时钟。字节：轮询取浏览器报告的数值，标头按 300 计；推送为未压缩的文本加帧头。CPU 按单核计：推送看 Tidewire，轮询看推送进程；两者都还包含发布价格的开销。",
  },

  "ticker.board": { en: { one: "{count} symbol", other: "{count} symbols" }, zh: "{count} 个代码" },
  "ticker.up": { en: "▲ up", zh: "▲ 涨" },
  "ticker.down": { en: "▼ down", zh: "▼ 跌" },
  "ticker.moved.up": { en: "up to", zh: "涨至" },
  "ticker.moved.down": { en: "down to", zh: "跌至" },
  "ticker.symbol": { en: "Symbol", zh: "代码" },
  "ticker.spark": { en: "Last {count} seconds", zh: "最近 {count} 秒" },
  "ticker.price": { en: "Price", zh: "价格" },
  "ticker.change": { en: "Change since the opening", zh: "较开盘涨跌" },

  "ticker.howText": {
    en: "The backend publishes every move under its symbol as the key. The channel's rule says deliver: latest, so each page gets the newest price of each symbol at its own rate: nothing piles up for a slow phone.",
    zh: "后端以代码为键发布每一次变动。频道的规则是 deliver: latest，于是每个页面按自己的频率得到每个代码的最新价格：再慢的手机也不会积压。",
  },
  "ticker.howCaption": {
    en: "On subscribing, the last price of each symbol comes first. The rate changes while prices come, without a new subscription.",
    zh: "订阅时先收到每个代码的最后价格。频率可以在接收中更改，无需重新订阅。",
  },
} as const;
