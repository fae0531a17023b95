import { render } from "preact";
import { firstLanguage, LanguageProvider } from "../look/language.tsx";
import { freshName } from "../look/page-name.ts";
import { sayIn } from "../look/words.ts";
import { Backend } from "./backend.ts";
import { DanmakuPage } from "./danmaku-page.tsx";
import { Meter } from "./meter.ts";
import { roomOf } from "./rooms.ts";
import { sampleComments } from "./samples.ts";
import { SCENES } from "./scenes/scenes.ts";
import { Stage } from "./stage.ts";
import { Viewer } from "./viewer.ts";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const user = `danmaku.${freshName()}`;
const room = roomOf(location.hash);
const viewer = new Viewer(location.origin, user, {
  room,
  samples: () => sampleComments(sayIn(firstLanguage())),
});
const backend = new Backend(location.origin, `${user}.desk`);
const stage = new Stage(SCENES[room]);
const meter = new Meter(() => ({ ...viewer.counts, crowdedOut: stage.crowdedOut, frames: stage.frames }));
meter.start();
render(
  <LanguageProvider>
    <DanmakuPage viewer={viewer} backend={backend} stage={stage} meter={meter} />
  </LanguageProvider>,
  app,
);
