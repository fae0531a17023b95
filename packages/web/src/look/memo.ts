import { Component, type ComponentChild, type ComponentType, h } from "preact";

/** A component that is drawn again only when one of its properties is another value than before. */
export function memo<Props extends object>(render: (props: Props) => ComponentChild): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !sameProperties(this.props, next);
    }

    override render(): ComponentChild {
      return h(render, this.props);
    }
  };
}

/** Tells whether two records have the same properties, value by value. */
function sameProperties(one: object, other: object): boolean {
  const before = new Map(Object.entries(one));
  const after = Object.entries(other);
  return before.size === after.length && after.every(([name, value]) => Object.is(before.get(name), value));
}
