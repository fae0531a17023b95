import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { Laboratory } from "./laboratory.ts";
import { LockscreenPage } from "./lockscreen-page.tsx";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
// Each page experiments on a channel of its own.
const laboratory = new Laboratory(location.origin, `demo.lockscreen.${random.toString(36)}`);
render(
  <LanguageProvider>
    <LockscreenPage laboratory={laboratory} />
  </LanguageProvider>,
  app,
);
