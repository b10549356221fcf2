import { type EventToSign, type MemberRole, parseForeignJson, parseWith } from '@holdfast/schemas'
import { actLifeMaxSeconds, developmentKeys, privateKeySchema, readRegistry, signEvent } from '@holdfast/trust'
import { Command } from 'commander'
import { z } from 'zod'
import { withMember } from '../connect.ts'
import { decodeText, nameOf, readBytes } from '../input.ts'
import { ttlUpTo } from '../parse-ttl.ts'
import { Failure, type Terminal } from '../terminal.ts'

interface SignOptions {
  readonly member?: string
  readonly role: MemberRole
  readonly person: string
  readonly key?: string
  readonly ttl: number
}

/** A record at an ingress has at most a megabyte. */
const eventBytesMax = 1_000_000

/** The signed members of an event. Others are kept. */
const eventSchema = z.looseObject({
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
})

const after = `
Prints the value of the header "signature" of a Kafka record, which replaces a token: a JWS with a detached payload over data, id, source and type of the event.
Signs with a private key of "holdfast keygen" (--key, or HOLDFAST_KEY), or with the development keys of an engine. The record must reach the broker before the
signature expires. The fact stores the signature.

Examples:
  holdfast sign event.json --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  kcat -P -b $BROKERS -t freeze.requests -k SG -H content-type=application/cloudevents+json -H "signature=$(holdfast sign event.json --member SG --role system)" event.json
`

/** `holdfast sign FILE`: prints the signature of an event for Kafka. */
export const signCommand = (terminal: Terminal): Command =>
  withMember(new Command('sign'))
    .description('print the signature of an event for Kafka')
    .argument('<file>', 'the event as a JSON object with id, source, type and data, or - for standard input')
    .option('--key <file>', 'sign with this private key (JWK) instead of HOLDFAST_KEY or a development key')
    .option('--ttl <seconds>', 'lifetime, ten minutes at most', ttlUpTo(actLifeMaxSeconds), actLifeMaxSeconds)
    .addHelpText('after', after)
    .action(async (file: string, { member: country, role, person, key: given, ttl }: SignOptions) => {
      if (!country) throw new Failure('name the member, such as --member SG')
      const event = await eventIn(file, terminal)
      try {
        const { keyFile, dataDir } = terminal.settings
        const path = given ?? keyFile
        const key = path === undefined ? developmentKeys(dataDir)(country) : readRegistry(path, privateKeySchema)
        const signature = signEvent(event, { actor: { country, role, person }, key, kid: key.kid, ttlSeconds: ttl, now: terminal.now() })
        await terminal.write(`${signature}\n`)
      } catch (error) {
        throw new Failure(`nothing is signed: ${(error as Error).message}`)
      }
    })

/** Throws Failure that lists every problem. */
async function eventIn(file: string, terminal: Terminal): Promise<EventToSign> {
  const bytes = await readBytes(file, terminal, eventBytesMax)
  if (bytes.length > eventBytesMax) throw new Failure(`${nameOf(file)} is larger than the limit of ${eventBytesMax} bytes for an event`)
  const text = decodeText(bytes)
  if (text === undefined) throw new Failure(`${nameOf(file)} is not UTF-8`)
  const json = parseForeignJson(text)
  const event = json.ok ? parseWith(eventSchema, json.value) : json
  if (event.ok) return event.value
  const problems = event.error.map(({ path, message }) => `  ${path} ${message}`.trimEnd())
  throw new Failure(`${nameOf(file)} is not an event that can be signed:\n${problems.join('\n')}`)
}
