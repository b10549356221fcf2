import { z } from 'zod'
import { directoryFileSchema, entrySchema, fileChannelSchema, webhookChannelSchema } from '../src/directory-file.ts'

/** docs/directory.md: what a directory can say, how orders get to those it names, and what a receiver does. */
export function directoryPage(example: string): string {
  return `# How orders reach institutions

Made by \`npm run generate\` from \`packages/directory\`; changes belong there.

Every order lies in the topic \`freeze.orders.<cc>\` of the country it is for. Who does not read a topic gets it by a **webhook** or as a **file**, and the
**directory** says who does: \`HOLDFAST_DIRECTORY\` is its path ([configuration](configuration.md)). Without one, everybody reads the topic. An
engine with development keys takes \`directory.json\` in \`HOLDFAST_DATA\`, whenever it comes, and may call any address.

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

An order is for the institution that its \`institution.bic\` names. It goes to the entry of that branch, else of the head office, else of the country's NCB; where
there is none of these, it lies in the topic and nothing more is done. An order about a wallet goes to the service provider that it names, if there is an entry for it.

\`dispatch\` looks at the file each second, so a change needs no restart: what waits then goes where the new one says, and an endpoint that was mended is tried at
once. Put another file in its place whole (write beside it, then rename). One that is not right is refused with every problem in the log, and the former stays in
force; the first one ends the start.

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

A bank that may write a folder can put a link in its place, or in the place of something in it, and have the engine read and write elsewhere: another bank's answers, the
engine's own keys ([ADR 15](adr/0015-let-the-engine-own-the-exchange-folders-of-banks.md)). So a folder is used only while root and the engine's user alone decide where its path leads: they own every
folder on the way, and nobody else may write one (a sticky one, such as \`/tmp\`, may be written). For orders that is all, and the last folder may be the bank's own, to take its
orders away. Where the bank answers by file as well, the engine's user owns the folder and what is in it, and the bank may write \`in\` alone:

| | owner | mode | the bank | the engine |
|---|---|---|---|---|
| the folder | the engine's user | 2750 | reads orders | writes orders |
| \`in\` | the engine's user | 3770 | writes answers | reads answers, and takes them away once they are copied |
| \`in/PERSON\` | the engine's user | 3770 | one person's user writes | the same |
| \`done\`, \`refused\` | the engine's user | 2750 | reads what became of an answer | writes that |

The group is the bank's. With the engine as \`holdfast\` and the bank as \`kamanasa\`, root sets that up; the last line for each person who has a folder, with that person's own group (the engine takes up its new groups when it is started):

\`\`\`sh
usermod -a -G kamanasa,a.bank holdfast
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa/done
install -d -o holdfast -g kamanasa -m 2750 /srv/holdfast/kamanasa/refused
install -d -o holdfast -g kamanasa -m 3770 /srv/holdfast/kamanasa/in
install -d -o holdfast -g a.bank -m 3770 /srv/holdfast/kamanasa/in/a.bank
\`\`\`

What is missing in the folder the engine makes, with an \`in\` that nobody but itself may write. A folder that does not hold is not used: dispatch logs once, as an error, everything
that is wrong with it, and takes it up when it is mended; where the way to it does not hold, orders are tried again meanwhile, as for an endpoint that somebody has to mend. Access lists count as the group's
rights, which show them; those of NFSv4 do not show, so use none.

The engine makes its files 0640, and all that it keeps for itself 0600. It deletes nothing of what it wrote: have the engine's user clear away what is old, say by
\`find /srv/holdfast/kamanasa -type f -not -path '*/in/*' -mtime +90 -delete\`.

## How an order is delivered

At least once. It is sent again until the receiver has said that it has it, so it can come twice; its id is the same then. The orders of one request come to an
endpoint in their order, one after the other; between requests there is no order. An endpoint has up to four calls at a time (a folder one file), and never waits for
another.

Delivered is what is answered with 2xx within 10 seconds, 5 of them for the connection. What else is answered:

| answer | what is done |
|---|---|
| 408, 425, 429, 5xx, no answer, no connection, a certificate that is not right | tried again: after up to 1 s, then up to twice as long each time, to 5 min |
| 3xx, 401, 403, 404, 405, 407, 421, a private address, a secret that is not there | somebody has to mend it, so it is tried again after up to 1 min, then more, to 10 min. No redirect is followed |
| any other 4xx, such as 400, 410, 413, 422 | the receiver will never take this order: the desks are told at once |

Each pause is a random part of what it may be, so that those who failed together don't come back together. \`Retry-After\` with 429 and 503 is observed, up to 10
minutes. Such a pause lasts as long as the endpoint asks, and no longer because of earlier pauses. After five failures in a row an endpoint is left alone, for 5 s at first and a minute at most, then one order tries it,
in turns one that has failed there and one that has not; when it answers, all that wait are sent at once.

What was not delivered after \`HOLDFAST_DELIVERY_WITHIN_MS\` or \`HOLDFAST_DELIVERY_ATTEMPTS\` tries is given up: a fact \`OrderUndelivered\` says so, both countries are
alerted, and their desks show it. It still lies in the topic. What became of each order stands in \`freeze.deliveries\`.

## Where webhooks go

To the public network, over HTTPS with a certificate that Node trusts (\`NODE_EXTRA_CA_CERTS\` adds others). Loopback, private, link-local, carrier and group addresses and
those of cloud metadata are refused, whether the address is named or a name leads to it: what is checked is the address that is connected to, at every connection.
\`HOLDFAST_WEBHOOKS_PRIVATE=allow\` lifts this, and allows \`http://\`, for a network of one's own or a test.

## For a receiver

A delivery is a POST. With the format \`json\` its body is the order as a CloudEvent (\`application/cloudevents+json\`, [order.schema.json](../schemas/generated/order.schema.json)); with
\`iso20022\` it is the camt.056 of an order to freeze and the pacs.028 of a chase (\`application/xml\`), and the other orders come as JSON, since no bank message
says what they say ([iso20022.md](iso20022.md)). The headers are those of [Standard Webhooks](https://www.standardwebhooks.com):

| header | what it is |
|---|---|
| \`webhook-id\` | the order's id, the same each time it is sent |
| \`webhook-timestamp\` | when this was sent, in seconds since 1970 |
| \`webhook-signature\` | \`v1,\` and the HMAC-SHA-256 of \`id.timestamp.body\` in base64; several with spaces between |

1. Verify the signature over the bytes of the body as they came, before anything reads them.
2. Refuse a timestamp that is more than five minutes away: somebody may have kept a delivery to send it again.
3. Look whether the id is known. If it is, answer 2xx and do nothing: this is the repeat, or the replay that came within five minutes. Ids are to be kept for at least
   as long as an order is tried, a day, and best as long as the case.
4. Keep the order where it survives a crash, then answer 2xx. What takes longer comes after the answer.

\`verifyWebhook\` of \`@holdfast/directory\` does the first two:

\`\`\`ts
const verified = verifyWebhook(request.headers, body, [secret], new Date())
if (!verified.ok) return answer(401)
if (await known(verified.value.id)) return answer(200)
\`\`\`

A file has the same content and the order's id as its name, \`<order id>.json\` or \`.xml\`. It is there whole or not at all (names that begin with a dot are drafts), and a
repeat puts the same bytes in the same place: a receiver that has copied a file, or moved it away, tells it by its name.
`
}

/** Throws when a property has no words. */
function described(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  const rows = Object.entries(properties).map(([name, property]) => {
    const words = typeof property === 'object' ? property.description : undefined
    if (!words) throw new Error(`${name} has no description in packages/directory/src/directory-file.ts`)
    return `| \`${name}\` | ${words}. |`
  })
  return rows.join('\n')
}
