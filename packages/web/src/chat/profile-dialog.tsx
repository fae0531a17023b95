import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Avatar } from "../look/avatar.tsx";
import { Dialog } from "../look/dialog.tsx";
import { faceOf } from "../look/face.ts";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { randomId, randomName, type Self } from "./identity.ts";
import { cleanName, MAX_NAME_LENGTH } from "./person.ts";
import "./profile-dialog.css";

/** Fewer than there are hues, so that each can have its own. */
const FACES = 10;

/** Faces to choose from: the present one, and others of different colours. */
function someFaces(present: string): readonly string[] {
  const byHue = new Map([[faceOf(present).hue, present]]);
  while (byHue.size < FACES) {
    const face = randomId(6);
    const { hue } = faceOf(face);
    if (!byHue.has(hue)) byHue.set(hue, face);
  }
  return [...byHue.values()];
}

interface ProfileDialogProps {
  readonly self: Self;
  /** Whether the person lasts no longer than this window. */
  readonly isGuest: boolean;
  readonly onSave: (self: Self) => void;
  readonly onClose: () => void;
}

/** Where a person chooses a name and a face. */
export function ProfileDialog({ self, isGuest, onSave, onClose }: ProfileDialogProps): VNode {
  const { say, language } = useWords();
  const [name, setName] = useState(self.name);
  const [face, setFace] = useState(self.face);
  const [faces, setFaces] = useState(() => someFaces(self.face));
  const cleaned = cleanName(name);

  return (
    <Dialog title={say("chat.profile")} place="middle" onClose={onClose}>
      <form
        class="profile"
        onSubmit={(event) => {
          event.preventDefault();
          if (cleaned !== "") onSave({ ...self, name: cleaned, face });
        }}
      >
        <div class="profile-name">
          <Avatar face={face} name={cleaned} size="large" />
          <label>
            <span>{say("chat.name")}</span>
            <input
              value={name}
              maxLength={MAX_NAME_LENGTH}
              autocomplete="nickname"
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <button
            type="button"
            class="button button-bare"
            aria-label={say("chat.anotherName")}
            title={say("chat.anotherName")}
            onClick={() => setName(randomName(language))}
          >
            <Icon name="shuffle" />
          </button>
        </div>
        <fieldset class="profile-faces">
          <legend>{say("chat.face")}</legend>
          {faces.map((seed, index) => (
            <label key={seed}>
              <input
                type="radio"
                name="face"
                class="unseen"
                aria-label={say("chat.faceChoice", { number: index + 1 })}
                checked={seed === face}
                onChange={() => setFace(seed)}
              />
              <Avatar face={seed} name={cleaned} />
            </label>
          ))}
        </fieldset>
        {isGuest && <p class="profile-guest">{say("chat.guest")}</p>}
        <footer class="profile-foot">
          <button
            type="button"
            class="button button-small button-bare"
            onClick={() => setFaces(someFaces(face))}
          >
            <Icon name="shuffle" />
            {say("chat.moreFaces")}
          </button>
          <button type="submit" class="button button-main" disabled={cleaned === ""}>
            {say("chat.save")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
