import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { Device } from "./device.ts";
import { NotifyPage } from "./notify-page.tsx";
import { DEVICES, READER } from "./people.ts";
import { SystemNotices } from "./system-notices.ts";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const devices = DEVICES.map((owned) => ({ owned, device: new Device(location.origin, owned.owner) }));
const system = new SystemNotices(location.origin, READER);
render(
  <LanguageProvider>
    <NotifyPage devices={devices} system={system} />
  </LanguageProvider>,
  app,
);
