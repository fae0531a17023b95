import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { DemoPage } from "../look/demo-page.tsx";
import { useWords } from "../look/language.tsx";
import { type Account, PHONES } from "./account.ts";
import { OperatorPanel } from "./operator-panel.tsx";
import { Operator } from "./operator.ts";
import { Phone } from "./phone.tsx";
import "./kick-page.css";

/** Two phones with one account, and the operator who can send it away. */
export function KickPage({ account }: { readonly account: Account }): VNode {
  const { say } = useWords();
  const firstReason = say("kick.sampleReason");
  // The reason is the operator's text from then on: a change of language leaves it alone.
  const operator = useMemo(() => new Operator(location.origin, account.user, firstReason), [account]);
  const how = {
    title: say("kick.howTitle"),
    text: say("kick.howText"),
    code: exampleCode(say("kick.sampleReason")),
    caption: say("kick.howCaption"),
  };
  return (
    <DemoPage
      title={say("kick.title")}
      headline={say("kick.headline")}
      sentence={say("kick.sentence")}
      how={how}
    >
      <div class="kick-stage">
        <div class="kick-phones">
          {PHONES.map((name) => (
            <Phone key={name} name={name} account={account} />
          ))}
        </div>
        <OperatorPanel operator={operator} />
      </div>
    </DemoPage>
  );
}

/** PHP with nothing but a socket. */
function exampleCode(reason: string): string {
  const kick = `["from" => "api", "key" => $key, "action" => "disconnect", "user" => "u1", "reason" => ${JSON.stringify(reason)}]`;
  return [
    `$socket = stream_socket_client("tcp://${location.host}");`,
    `fwrite($socket, json_encode(${kick}) . "\\n");`,
    `echo fgets($socket);`,
  ].join("\n");
}
