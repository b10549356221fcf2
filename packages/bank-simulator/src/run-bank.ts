import { createClient, createEngineSignatureVerifier, type EngineSignatureVerifier } from '@holdfast/client'
import type { Order, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { developmentToken } from '@holdfast/trust'
import type { Format } from './messages.ts'
import { hostile, reportsLate } from './profiles/hostile.ts'
import { mistaken } from './profiles/mistaken.ts'
import { partial } from './profiles/partial.ts'
import { prompt } from './profiles/prompt.ts'
import { silent } from './profiles/silent.ts'
import { slow } from './profiles/slow.ts'
import { receiveDeliveries } from './receive-deliveries.ts'
import type { ReceivedOrder } from './received-order.ts'
import { attempt, type BankPerson, createAnswerSender } from './send-answers.ts'
import { enter, type Identity, type SetupPaths, secretOf } from './set-up.ts'
import { createTeller, type Profile, type Teller } from './teller.ts'

const profiles = { prompt, slow, partial, mistaken, silent, hostile } as const satisfies Record<string, Profile>
export type ProfileName = keyof typeof profiles
export const profileNames = Object.keys(profiles) as ProfileName[]

/** How long a bank takes for a thing: as fast as a person who watches can follow. */
const paceMsOf: Readonly<Record<ProfileName, number>> = {
  prompt: 1_000,
  slow: 8_000,
  partial: 1_000,
  mistaken: 1_000,
  silent: 0,
  hostile: 0,
}

export interface BankOptions extends Identity {
  readonly profile: ProfileName
  /** Where answers go. */
  readonly url: string
  /** Where requests are looked at; the same where the engine is one process. */
  readonly deskUrl: string
  readonly port: number
  readonly format: Format
  readonly paceMs?: number | undefined
  /** Where money goes that is not here any more. */
  readonly onward: string
  /** The development engine's folder. */
  readonly dataDir: string
  readonly place: SetupPaths
  readonly tell: (line: string) => void
}

export interface Bank {
  readonly url: string
  /** Resolves when nothing more is said. */
  stop(): Promise<void>
}

/** Opens the bank: enters it into the directory, takes orders and answers them as its profile has it. Throws what is missing. */
export async function runBank(options: BankOptions): Promise<Bank> {
  const { country, dataDir, place, profile, tell } = options
  const stopping = new AbortController()
  const sender = createAnswerSender(options.url, stopping.signal)
  const token = (person: BankPerson) => developmentToken(dataDir, { country, role: 'institution', person: `${person}.signature` })
  await token('first')
  const desk = createClient<PaymentStopTypes>({ url: options.deskUrl, token: () => token('first') })
  const working = new Map<string, Work>()

  async function statesOf(requestId: string): Promise<readonly string[] | undefined> {
    const shown = await desk.show(requestId).catch(() => undefined)
    return shown?.ok ? shown.value.request.states : undefined
  }

  let verifier: EngineSignatureVerifier | undefined
  /** The keys of the engine are asked for once, of the engine on this machine. */
  async function whyNotSigned(order: Order): Promise<string | undefined> {
    if (!verifier) {
      const found = await desk.engineKeys()
      if (!found.ok) throw new Error(found.error.detail)
      verifier = createEngineSignatureVerifier(found.value.keys)
    }
    return verifier(order)
  }

  function tellerFor(order: ReceivedOrder, lifted: AbortSignal): Teller {
    const signal = AbortSignal.any([stopping.signal, lifted])
    return createTeller({
      order,
      signal,
      country,
      sender,
      token,
      statesOf,
      tell,
      format: options.format,
      paceMs: options.paceMs ?? paceMsOf[profile],
      sendOnce: (message, authorization) => attempt(options.url, message, authorization, signal),
    })
  }

  function workOn(order: ReceivedOrder, work: (teller: Teller) => Promise<void>): void {
    working.get(order.requestId)?.lifted.abort()
    const lifted = new AbortController()
    const teller = tellerFor(order, lifted.signal)
    const done = work(teller).catch(error => {
      if (!teller.signal.aborted) teller.tell(`could not go on: ${(error as Error).message}`)
    })
    working.set(order.requestId, { lifted, done })
  }

  function onOrder(order: ReceivedOrder): void {
    const { kind, requestId, amount, writtenAs } = order
    tell(`<- ${requestId} ${kind}${amount ? ` ${amount.currency} ${amount.value}` : ''} (${writtenAs})`)
    if (kind === 'freeze') workOn(order, teller => profiles[profile](teller, options))
    else if (kind === 'release' || kind === 'cancel')
      workOn(order, async teller => {
        teller.tell('lifts what it holds')
        if (profile === 'hostile' && amount) await reportsLate(teller, amount)
      })
  }

  const secret = secretOf(options, place)
  const receiver = await receiveDeliveries({ port: options.port, secret, whyNotSigned, onOrder, onRefused: why => tell(`   ${why}`) })
  enter(options, place, receiver.url, options.format)
  return {
    url: receiver.url,
    async stop() {
      stopping.abort()
      await receiver.stop()
      await Promise.all([...working.values()].map(({ done }) => done))
    },
  }
}

interface Work {
  /** Aborts when the order is lifted. */
  readonly lifted: AbortController
  readonly done: Promise<void>
}
