import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { freshName } from "../look/page-name.ts";
import { Laboratory } from "./laboratory.ts";
import { LockscreenPage } from "./lockscreen-page.tsx";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
// Each page experiments on a channel of its own.
const laboratory = new Laboratory(location.origin, `demo.lockscreen.${freshName()}`);
render(
  <LanguageProvider>
    <LockscreenPage laboratory={laboratory} />
  </LanguageProvider>,
  app,
);
