import { z } from 'zod'
import { directoryFileSchema, entrySchema, fileChannelSchema, webhookChannelSchema } from '../src/directory-file.ts'

/** docs/directory.md: the properties of a directory, the delivery of orders, and the tasks of a receiver. */
export function directoryPage(example: string): string {
  return `# How orders reach institutions

Made by \`npm run generate\` from \`packages/directory\`; change it there.

For operators, and for banks that receive orders.

Every order is in the topic \`freeze.orders.<cc>\` of its country. Recipients that do not read a topic get it by a **webhook** or as a **file**. The **directory** lists
them: \`HOLDFAST_DIRECTORY\` is its path ([configuration](configuration.md)). Without a directory, all recipients read the topic. An
engine with development keys uses \`directory.json\` in \`HOLDFAST_DATA\`, also if it appears later, and may call any address.

\`dispatch\`, \`desk\` and \`ledger\` need the same file: where it gives the orders of an institution to that institution, the FIU of the country does not act for it, by an answer or by a command of the desk.
A desk without the file lets the FIU act for every institution.

## What the directory can say

JSON, as [directory.schema.json](directory.schema.json) has it.

| property | what it says |
|---|---|
${described(directoryFileSchema)}

Of who takes orders:

| property | what it says |
|---|---|
${described(entrySchema)}

A \`channel\` is \`{ "kind": "topic" }\`, or a webhook:

| property | what it says |
|---|---|
${described(webhookChannelSchema)}

Or files:

| property | what it says |
|---|---|
${described(fileChannelSchema)}

An order is for the institution in its \`institution.bic\`. It goes to the entry of that branch, otherwise of the head office, otherwise of the country's NCB. Without any of
these, it is only in the topic. An order about a wallet goes to the service provider that it names, if that has an entry.

\`dispatch\` checks the file every second, so a change needs no restart: waiting orders go to the new recipients, and a repaired endpoint is tried at once. Replace the file
atomically (write another file, then rename it). An invalid file is refused with all its problems in the log, and the former one stays in force. At start, an invalid file
stops the service.

## An example

\`\`\`json
${example.trim()}
\`\`\`

## Secrets

A webhook is signed with one secret or more, and none stands in the directory: each is a file in the folder \`HOLDFAST_WEBHOOK_SECRETS\`, with its key id as its
name. It holds \`whsec_\` and 24 to 64 random bytes in base64:

\`\`\`sh
echo "whsec_$(head -c 32 /dev/urandom | base64)" > webhook-secrets/kamanasa-2027
\`\`\`

To change a key, write the new secret, name both in \`keyIds\`, give the receiver the new one, and take the old one out once it is used. While both are named, each
delivery has both signatures, and either is enough.

A recipient whose secret is missing, or is none, gets no orders by webhook until the secret can be read, and all others get theirs. The log names it at level error, the page of operators
lists it, and an order that waits for too long is reported as undelivered to both countries. \`dispatch\` looks each second, and sends what waits as soon as the secret is in place.

## Folders

A bank that can write to a folder could replace it, or a file in it, by a link, and so make the engine read and write elsewhere: answers of another bank, or the engine's
keys ([ADR 15](adr/0015-let-the-engine-own-the-exchange-folders-of-banks.md)). So the engine uses a folder only if root and the engine's user alone control its path: they
own every folder on the way, and no other user can write to one (except a sticky one, such as \`/tmp\`). For orders that is enough, and the last folder may belong to the
bank, so that it can remove its orders. If the bank also answers by file, the engine's user owns the folder and its content, and the bank can write only to \`in\`:

| | owner | mode | the bank | the engine |
|---|---|---|---|---|
| the folder | the engine's user | 2750 | reads orders | writes orders |
| \`in\` | the engine's user | 3770 | writes answers | reads answers, and removes them once they are copied |
| \`in/PERSON\` | the engine's user | 3770 | one person's user writes | the same |
| \`done\`, \`refused\` | the engine's user | 2750 | reads the result of an answer | writes the result |

The group is the bank's. With the engine as user \`holdfast\` and the bank as \`kamanasa\`, root runs these commands. Repeat the last line for each person with a folder, with
that person's own group. Then restart the engine, so that it gets its new groups:

\`\`\`sh
usermod -a -G kamanasa,a.bank holdfast
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa/done
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa/refused
install -d -o holdfast -g kamanasa -m 3770 /srv/holdfast/kamanasa/in
install -d -o holdfast -g a.bank -m 3770 /srv/holdfast/kamanasa/in/a.bank
\`\`\`

The engine creates missing folders, with an \`in\` that only the engine can write. It does not use an unsafe folder: dispatch logs all its problems once as an error, and uses
the folder after a repair. Orders for an unsafe path are retried like for an endpoint that needs a repair. Access control lists count as the group's rights, which show
them. Those of NFSv4 are invisible to the engine, so use none.

The engine makes its files 0640, and all that it keeps for itself 0600. It deletes nothing of what it wrote: have the engine's user clear away what is old, say by
\`find /srv/holdfast/kamanasa -type f -not -path '*/in/*' -mtime +90 -delete\`.

## How an order is delivered

At least once. It is sent again until the receiver has said that it has it, so it can come twice; its id is the same then. The orders of one request come to an
endpoint in their order, one after the other; between requests there is no order. An endpoint has up to four calls at a time (a folder one file), and never waits for
another.

An order is delivered once the endpoint responds with 2xx within 10 seconds, 5 of them for the connection. For other responses:

| response | reaction |
|---|---|
| 408, 425, 429, 5xx, no answer, no connection, an invalid certificate | retried after up to 1 s, then up to twice as long each time, to 5 min |
| 3xx, 401, 403, 404, 405, 407, 421, a private address, a missing secret | needs a repair, so it is retried after up to 1 min, then longer, to 10 min. Redirects are not followed |
| any other 4xx, such as 400, 410, 413, 422 | the receiver will never accept this order: the desks get an alert at once |

Each pause has a random length up to its limit, so that failed deliveries do not all return at once. \`Retry-After\` with 429 and 503 is observed, up to 10 minutes. Such a
pause lasts as long as the endpoint requests, whatever the earlier pauses were. After five failures in a row an endpoint is paused, for 5 s at first and at most a minute.
Then one order tries it, alternating between one that failed there and one that did not. After a success, all waiting orders are sent at once.

After \`HOLDFAST_DELIVERY_WITHIN_MS\` or \`HOLDFAST_DELIVERY_ATTEMPTS\` attempts the engine gives up. A fact \`OrderUndelivered\` records it, both countries get an alert, and
their desks show it. The order stays in the topic. \`freeze.deliveries\` has the result of each order.

## Where webhooks go

To the public network, over HTTPS with a certificate that Node trusts (\`NODE_EXTRA_CA_CERTS\` adds others). Loopback, private, link-local, carrier and group addresses and
those of cloud metadata are refused, whether the address is named or a name leads to it: what is checked is the address that is connected to, at every connection.
\`HOLDFAST_WEBHOOKS_PRIVATE=allow\` lifts this, and allows \`http://\`, for a network of one's own or a test.

## For a receiver

A delivery is a POST. With the format \`json\` its body is the order as a CloudEvent (\`application/cloudevents+json\`, [order.schema.json](../schemas/generated/order.schema.json)); with
\`iso20022\` it is the camt.056 of an order to freeze and the pacs.028 of a chase (\`application/xml\`), and the other orders come as JSON, since no bank message
says what they say ([ISO 20022](bank/iso20022.md)). The headers are those of [Standard Webhooks](https://www.standardwebhooks.com):

| header | what it is |
|---|---|
| \`webhook-id\` | the order's id, the same for each repeat |
| \`webhook-timestamp\` | when this was sent, in seconds since 1970 |
| \`webhook-signature\` | \`v1,\` and the HMAC-SHA-256 of \`id.timestamp.body\` in base64; several with spaces between |

1. Verify the signature over the received bytes of the body, before you parse them.
2. Refuse a timestamp that is more than five minutes away: it may be a replay.
3. Check whether you have the id already. If so, respond with 2xx and do nothing: it is a repeat, or a replay within five minutes. Store ids for at least as long as an
   order is retried, a day, and preferably as long as the case.
4. Store the order durably, then respond with 2xx. Do longer work after the response.

\`verifyWebhook\` of \`@holdfast/directory\` does the first two:

\`\`\`ts
const verified = verifyWebhook(request.headers, body, [secret], new Date())
if (!verified.ok) return answer(401)
if (await known(verified.value.id)) return answer(200)
\`\`\`

A file has the same content and the order's id as its name, \`<order id>.json\` or \`.xml\`. A file is always complete (names that start with a dot are drafts), and a
repeat writes the same bytes to the same path. A receiver that copied or moved a file recognises the repeat by its name.
`
}

/** Throws if a property has no description. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const description = typeof property === 'object' ? property.description : undefined
    if (!description) throw new Error(`${name} has no description in packages/directory/src/directory-file.ts`)
    return `| \`${name}\` | ${description}. |`
  })
  return rows.join('\n')
}
