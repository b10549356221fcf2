import type { CommandKind, Money } from '@holdfast/payment-stop/language'
import type { BankReply, Format, Message } from './messages.ts'
import { messageOf } from './messages.ts'
import type { ReceivedOrder } from './received-order.ts'
import { type AnswerSender, type BankPerson, pause, type Reply } from './send-answers.ts'

/** Works on one order: says what the bank has to say about it, one thing after the other. All of it throws once the order is lifted or the bank stops. */
export interface Teller {
  readonly order: ReceivedOrder
  readonly signal: AbortSignal
  /** The next thing to say, in a message of its own. */
  say(step: BankReply, person?: BankPerson): Promise<Reply>
  /** Sends any message, with any token. Undefined where the engine closed the connection. */
  sendRaw(what: string, message: Pick<Message, 'body' | 'mediaType'>, token: string): Promise<Reply | undefined>
  token(person: BankPerson): Promise<string>
  /** Waits as long as this bank takes for a thing. */
  pause(): Promise<void>
  /** Waits until an authority has confirmed the hold; false where the request has ended before. */
  confirmed(): Promise<boolean>
  tell(line: string): void
}

export type Profile = (teller: Teller, options: ProfileOptions) => Promise<void>

export interface ProfileOptions {
  /** Where money goes that is not here any more. */
  readonly onward: string
}

export interface TellerOptions {
  readonly order: ReceivedOrder
  readonly format: Format
  readonly paceMs: number
  readonly country: string
  readonly sender: AnswerSender
  readonly sendOnce: (message: Pick<Message, 'body' | 'mediaType'>, token: string) => Promise<Reply | undefined>
  readonly token: (person: BankPerson) => Promise<string>
  /** The states of a request, as the desk shows them; undefined where it shows none. */
  readonly statesOf: (requestId: string) => Promise<readonly string[] | undefined>
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

const lookEveryMs = 500

export function createTeller(options: TellerOptions): Teller {
  const { order, format, paceMs, country, sender, sendOnce, token, statesOf, signal } = options
  const short = order.requestId.slice(0, 8)
  const tell = (line: string) => options.tell(`   ${short} ${line}`)
  let said = 0

  async function confirmed(): Promise<boolean> {
    let isPrompted = false
    for (;;) {
      const states = (await statesOf(order.requestId)) ?? []
      if (states.some(state => state === 'frozen.mandate.confirmed')) return true
      if (states.some(state => state.startsWith('closed') || state.startsWith('recovered'))) return false
      if (!isPrompted && states.some(state => state.startsWith('frozen'))) {
        isPrompted = true
        tell(`waits until ${country} confirms the hold by dual approval; whether the money goes back is not the bank's to decide:`)
        for (const person of ['a.judge', 'b.judge']) options.tell(`            ${commandToConfirm(order.requestId, country, person)}`)
      }
      await pause(lookEveryMs, signal)
    }
  }

  return {
    order,
    signal,
    token,
    confirmed,
    tell,
    pause: () => pause(paceMs, signal),
    async say(step, person = 'first') {
      said += 1
      const message = messageOf(order, step, said, format, new Date())
      const reply = await sender.send(message, await token(person))
      const by = step.kind === 'agrees' ? `, ${person} person` : ''
      options.tell(`-> ${short} ${wordsOf(step)} (${message.writtenAs}${by}) ${outcomeOf(reply)}`)
      return reply
    },
    async sendRaw(what, message, authorization) {
      signal.throwIfAborted()
      const reply = await sendOnce(message, authorization)
      options.tell(`-> ${short} ${what}: ${reply ? outcomeOf(reply) : 'the connection was closed'}`)
      return reply
    },
  }
}

const say = ({ currency, value }: Money) => `${currency} ${value}`

function wordsOf(step: BankReply): string {
  switch (step.kind) {
    case 'interim':
      return `interim ${step.reason}`
    case 'frozen':
      return `holds ${say(step.amount)}`
    case 'noFunds':
      return 'finds no money'
    case 'movedOnward':
      return `finds that ${say(step.amount)} moved on to ${step.country}`
    case 'corrected':
      return `takes back that it said ${step.corrects}`
    case 'agrees':
      return step.part === undefined ? 'agrees to return it' : `agrees to return ${step.part}`
    case 'returned':
      return `returns ${say(step.amount)}`
  }
}

/** What the engine says, in a few words. */
function outcomeOf({ status, text }: Reply): string {
  if (status < 400) return `${status}`
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string }
    return `${status} ${code}: ${detail}`
  } catch {
    return `${status}`
  }
}

function commandToConfirm(requestId: string, country: string, person: string): string {
  const command: CommandKind = 'ConfirmFreeze'
  const data = { instrument: 'COURT_ORDER', authority: 'District Court', reference: 'C-1', date: new Date().toISOString().slice(0, 10) }
  return `npx holdfast act ${requestId} ${command} --member ${country} --role authority --person ${person} --data '${JSON.stringify(data)}'`
}
