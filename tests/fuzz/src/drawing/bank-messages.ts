import { referenceOf } from '@holdfast/payment-stop/iso20022'

const iso = 'urn:iso:std:iso:20022:tech:xsd:'
const agent = (bic: string) => `<FinInstnId><BICFI>${bic}</BICFI></FinInstnId>`
const original = `<OrgnlGrpInf><OrgnlMsgId>MTT20240723-03</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><OrgnlCreDtTm>2024-07-23T08:05:00+08:00</OrgnlCreDtTm></OrgnlGrpInf><OrgnlInstrId>MTT-03</OrgnlInstrId><OrgnlEndToEndId>PO-2024-7781</OrgnlEndToEndId>`
const uetr = '<OrgnlUETR>0f1e2d3c-4b5a-4968-8776-655443322110</OrgnlUETR>'

/** A camt.029 about a request, with its confirmation and reason codes. */
export const resolutionOf = (requestId: string, confirmation: string, reason: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}camt.029.001.09">
  <RsltnOfInvstgtn>
    <Assgnmt><Id>RSL-1</Id><Assgnr><Agt>${agent('KMNSTLDLXXX')}</Agt></Assgnr><Assgne><Agt>${agent('MERLSGSG')}</Agt></Assgne><CreDtTm>2024-07-24T09:00:00+09:00</CreDtTm></Assgnmt>
    <Sts><Conf>${confirmation}</Conf></Sts>
    <CxlDtls>
      <TxInfAndSts>
        <CxlStsId>RSL-1-1</CxlStsId>
        <RslvdCase><Id>${referenceOf(requestId)}</Id><Cretr><Agt>${agent('MERLSGSG')}</Agt></Cretr></RslvdCase>
        ${original}
        ${uetr}
        <CxlStsRsnInf><Rsn><Cd>${reason}</Cd></Rsn><AddtlInf>20 %</AddtlInf></CxlStsRsnInf>
      </TxInfAndSts>
    </CxlDtls>
  </RsltnOfInvstgtn>
</Document>
`

/** A pacs.004. */
export const returned = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}pacs.004.001.10">
  <PmtRtr>
    <GrpHdr><MsgId>RTR-MSG-1</MsgId><CreDtTm>2024-07-26T09:00:00+09:00</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>
    <TxInf>
      <RtrId>RTR-1</RtrId>
      ${original}
      ${uetr}
      <OrgnlIntrBkSttlmAmt Ccy="USD">2234578.88</OrgnlIntrBkSttlmAmt>
      <OrgnlIntrBkSttlmDt>2024-07-23</OrgnlIntrBkSttlmDt>
      <RtrdIntrBkSttlmAmt Ccy="USD">446915.78</RtrdIntrBkSttlmAmt>
      <IntrBkSttlmDt>2024-07-26</IntrBkSttlmDt>
      <ChrgBr>SHAR</ChrgBr>
      <InstgAgt>${agent('KMNSTLDLXXX')}</InstgAgt>
      <InstdAgt>${agent('MERLSGSG')}</InstdAgt>
      <RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn></RtrRsnInf>
    </TxInf>
  </PmtRtr>
</Document>
`
