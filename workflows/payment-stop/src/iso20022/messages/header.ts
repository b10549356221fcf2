import type { Model } from '../codec/codec.ts'
import { maybe, one } from '../codec/codec.ts'
import { dateTime, flag, option, text, text35 } from '../codec/leaves.ts'
import { choice, record } from '../codec/record.ts'
import { agent, party } from './parties.ts'

/** Party44Choice: the header names the same two kinds otherwise than the messages do. */
const headerParty = choice({ party: one('OrgId', party), agent: one('FIId', agent) })

/** head.001: from whom, to whom, and what stands in the document. */
export const businessHeader = record({
  from: one('Fr', headerParty),
  to: one('To', headerParty),
  messageId: one('BizMsgIdr', text35),
  definition: one('MsgDefIdr', text35),
  service: maybe('BizSvc', text35),
  practice: maybe('MktPrctc', record({ registry: one('Regy', text(350)), id: one('Id', text(2048)) })),
  createdAt: one('CreDt', dateTime),
  duplicate: maybe('CpyDplct', option(['CODU', 'COPY', 'DUPL'])),
  possibleDuplicate: maybe('PssblDplct', flag),
})
export type BusinessHeader = Model<typeof businessHeader>
