import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { HowItIsDone, type HowItIsDoneProps } from "./how-it-is-done.tsx";
import { PageHeader } from "./page-header.tsx";
import "./demo-page.css";

interface DemoPageProps {
  /** The title of the window, without the product's name. */
  readonly title: string;
  readonly headline: string;
  /** What there is to see and to do, in a sentence or two. */
  readonly sentence: string;
  readonly how: HowItIsDoneProps;
  /** The stage. */
  readonly children: ComponentChildren;
}

/** A demo that reads from top to bottom: what it shows, the stage, and how it is done. */
export function DemoPage({ title, headline, sentence, how, children }: DemoPageProps): VNode {
  useEffect(() => {
    document.title = `${title} · Tidewire`;
  }, [title]);
  return (
    <>
      <PageHeader />
      <main class="demo">
        <div class="demo-head">
          <h1>{headline}</h1>
          <p>{sentence}</p>
        </div>
        {children}
      </main>
      <HowItIsDone {...how} />
    </>
  );
}
