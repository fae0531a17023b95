import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { isWebhookSecret, webhookHeaders } from "../../src/base/webhook-signature.ts";

const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
const secretOf = (raw: Uint8Array): string => `whsec_${Buffer.from(raw).toString("base64")}`;

describe("a request's signature", () => {
  test("is what the stock package of Standard Webhooks verifies, with each of the secrets", () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 3 }), fc.json(), (raws, body) => {
        const secrets = raws.map(secretOf);
        const headers = webhookHeaders("msg_1", Date.now(), Buffer.from(body), secrets);
        for (const secret of secrets) {
          assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
        }
      }),
    );
  });

  test("is no other body's, id's, time's or secret's", () => {
    const secret = secretOf(randomBytes(32));
    const headers = webhookHeaders("msg_1", Date.now(), Buffer.from("{}"), [secret]);
    const webhook = new Webhook(secret);
    assert.throws(() => webhook.verify('{"a":1}', headers));
    assert.throws(() => webhook.verify("{}", { ...headers, "webhook-id": "msg_2" }));
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    assert.throws(() => webhook.verify("{}", { ...headers, "webhook-timestamp": later }));
    assert.throws(() => new Webhook(secretOf(randomBytes(32))).verify("{}", headers));
  });

  test("is left out where there is no secret", () => {
    assert.deepEqual(Object.keys(webhookHeaders("msg_1", 1_700_000_000_999, Buffer.from("{}"), [])), [
      "webhook-id",
      "webhook-timestamp",
    ]);
  });
});

describe("a secret", () => {
  test("is whsec_ and 24 to 64 bytes in base64", () => {
    fc.assert(fc.property(bytes, (raw) => isWebhookSecret(secretOf(raw))));
    for (const wrong of [
      "",
      "whsec_",
      "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa",
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
      secretOf(randomBytes(23)),
      secretOf(randomBytes(65)),
      ` ${secretOf(randomBytes(24))}`,
    ]) {
      assert.equal(isWebhookSecret(wrong), false, wrong);
    }
  });
});
