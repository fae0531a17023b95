import type { VNode } from "preact";
import { Avatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import type { Account, PhoneName } from "./account.ts";
import "../look/button.css";
import "./phone.css";

interface PhoneProps {
  readonly name: PhoneName;
  readonly account: Account;
}

const PERSON = { name: "Ada", face: "reef1" };

/** One phone: whether the account is signed in on it, and if not, why. */
export function Phone({ name, account }: PhoneProps): VNode {
  const { say } = useWords();
  const { connection, isReplaced, triesSince } = useStore(account.phones[name]);
  const title = say(name === "first" ? "kick.firstPhone" : "kick.secondPhone");
  return (
    <section class="phone" aria-labelledby={`${name}-title`} data-testid={name}>
      <header>
        <h2 id={`${name}-title`}>{title}</h2>
        {connection !== undefined && <StatePill view={connection} />}
      </header>
      <div class="phone-screen">{screen()}</div>
    </section>
  );

  function screen(): VNode {
    if (connection === undefined) {
      return (
        <>
          <span class="phone-sign phone-sign-out">
            <Icon name="lock" />
          </span>
          <p class="phone-title">{say("kick.signedOut")}</p>
          <p class="phone-text">{say("kick.signedOutText")}</p>
          {signInButton()}
        </>
      );
    }
    if (connection.kind === "kicked") {
      return (
        <>
          <span class="phone-sign phone-sign-kicked">
            <Icon name="alert" />
          </span>
          <p class="phone-title phone-reason" data-testid={`${name}-reason`}>
            {isReplaced ? say("kick.replaced") : connection.reason}
          </p>
          <p class="phone-text" data-testid={`${name}-tries`}>
            {say("kick.triesSince", { count: triesSince })}
          </p>
          {signInButton()}
        </>
      );
    }
    return (
      <>
        <Avatar face={PERSON.face} name={PERSON.name} size="large" />
        <p class="phone-title">{PERSON.name}</p>
        <p class="phone-text">{say("kick.signedIn")}</p>
        <button type="button" class="button" onClick={() => account.signOut(name)}>
          {say("kick.signOut")}
        </button>
      </>
    );
  }

  function signInButton(): VNode {
    return (
      <button type="button" class="button button-main" onClick={() => account.signIn(name)}>
        {say(connection === undefined ? "kick.signIn" : "kick.signInAgain")}
      </button>
    );
  }
}
