// POST /orders: whoever watches the orders sees it at once.

import { tidewire } from "../../tidewire.mjs";

/** @param {Request} request */
export async function POST(request) {
  /** @type {unknown} */
  const order = await request.json();
  const { offset } = await tidewire.publish("orders", order);
  return Response.json({ offset }, { status: 201 });
}
