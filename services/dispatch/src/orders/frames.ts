import { UnreadableDataError } from '@holdfast/folds'
import { type Encryptable, type EncryptedData, type Fact, type FreezeRequest, filled, type Order, stripped } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'

/** What every order of a request says, whatever it orders. */
export type OrderFrame = Omit<Order['data'], 'orderId' | 'kind' | 'reason' | 'amount'>

/** The same as it is kept: without the words of persons, and with the block of the fact that brought the document. */
export type EncryptedFrame = Omit<OrderFrame, 'payment' | 'legalBasis'> & {
  readonly payment: Partial<OrderFrame['payment']>
  /** Of a document that is older than the encryption of legal bases. */
  readonly legalBasis?: string
  /** Of the command that brought the document: the block is bound to it. */
  readonly commandId: string
  readonly sealed: EncryptedData
}

export const frameOf = (requestId: string, request: FreezeRequest): OrderFrame => ({
  requestId,
  country: request.beneficiaryCountry,
  requestingCountry: request.requestingCountry,
  caseReference: request.caseReference,
  institution: request.payment.creditorAgent,
  legalBasis: request.offence.legalBasis,
  confidentiality: request.handling.confidentiality,
  discloseToHolder: request.handling.discloseToHolder,
  payment: request.payment,
})

/** The frames that one owner of a partition has opened. What is opened goes with the frame: whoever reads one from the store opens it again. */
export interface DecryptedFrames {
  /** Of a frame that was made just now of what somebody has opened. */
  note(frame: EncryptedFrame, opened: OrderFrame): void
  /** Opens what is closed of these, in one step. One of which the words can't be read stays closed. Throws what the keys throw. */
  open(frames: Iterable<EncryptedFrame>): Promise<void>
  isClosed(frame: OrderFrame | EncryptedFrame | null): frame is EncryptedFrame
  /** With the words in their places. Throws UnreadableDataError where they can't be read. */
  opened(frame: OrderFrame | EncryptedFrame): OrderFrame
}

/** What stands before the places of a payment, in the data of a fact and not in a frame. */
const document = '/request'

/** @param values what was in the block of a frame, by the places that it has in the data of the fact. */
function openedFrame(frame: EncryptedFrame, values: Readonly<Record<string, unknown>>): OrderFrame {
  const { requestId, country, requestingCountry, caseReference, confidentiality, discloseToHolder, payment: known } = frame
  const ofPayment = Object.entries(values).filter(([place]) => place.startsWith(`${document}/payment/`))
  const places = Object.fromEntries(ofPayment.map(([place, value]) => [place.slice(document.length), value]))
  const { payment } = filled({ payment: known }, places) as unknown as Pick<OrderFrame, 'payment'>
  const legalBasis = (values[`${document}/offence/legalBasis`] ?? frame.legalBasis) as string
  const institution = payment.creditorAgent
  // In the order of a frame that is made: an order that is sent again has the same bytes.
  return { requestId, country, requestingCountry, caseReference, institution, legalBasis, confidentiality, discloseToHolder, payment }
}

const isSealed = (frame: OrderFrame | EncryptedFrame): frame is EncryptedFrame => 'sealed' in frame

export function createDecryptedFrames(words: Pick<PersonalDataCipher, 'valuesIn'>): DecryptedFrames {
  /** By the frame that is kept. */
  const openedFrames = new WeakMap<EncryptedFrame, OrderFrame>()
  /** Those that nobody can open any more. */
  const destroyedFrames = new WeakSet<EncryptedFrame>()

  return {
    note: (frame, opened) => void openedFrames.set(frame, opened),
    async open(frames) {
      const closed = [...frames]
      if (closed.length === 0) return
      const found = await words.valuesIn(closed.map(({ requestId, commandId, sealed }) => ({ requestId, commandId, block: sealed })))
      for (const [index, frame] of closed.entries()) {
        const words = found[index]
        if (!words) continue
        if ('destroyedAt' in words) {
          destroyedFrames.add(frame)
          continue
        }
        openedFrames.set(frame, openedFrame(frame, words.values))
      }
    },
    isClosed: (frame): frame is EncryptedFrame => frame !== null && isSealed(frame) && !openedFrames.has(frame),
    opened(frame) {
      if (!isSealed(frame)) return frame
      const opened = openedFrames.get(frame)
      if (!opened) throw new UnreadableDataError('its document', frame.requestId, destroyedFrames.has(frame))
      return opened
    },
  }
}

/** What is kept of a document: with its words where they lie in clear in its fact, and else with their block, whether somebody has opened it or not. */
export function storedFrameOf(
  { subject, causationid, data }: Fact,
  request: FreezeRequest,
  frames?: Pick<DecryptedFrames, 'note'>,
): OrderFrame | EncryptedFrame {
  const { sealed } = data as Encryptable
  if (!sealed) return frameOf(subject, request)
  const { opened, ...block } = sealed
  const stored = opened ? (stripped({ ...data }, opened.places) as { readonly request: FreezeRequest }).request : request
  const kept: EncryptedFrame = { ...frameOf(subject, stored), commandId: causationid, sealed: block }
  if (opened) frames?.note(kept, frameOf(subject, request))
  return kept
}
