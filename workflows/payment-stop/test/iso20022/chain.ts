// One stolen payment as the banks tell it: paid, asked back, answered for a fifth of it, and that fifth returned. Banks, names and numbers are made up.

const iso = 'urn:iso:std:iso:20022:tech:xsd:'
const agent = (bic: string) => `<FinInstnId><BICFI>${bic}</BICFI></FinInstnId>`
const debtorAgent = 'MERLSGSG'
const creditorAgent = 'KMNSTLDLXXX'

export const uetr = '0f1e2d3c-4b5a-4968-8776-655443322110'
/** The request's id, as our camt.056 carries it: 32 hex digits. */
export const requestId = '6f0b8f5e-2c1d-5a34-9b7e-0123456789ab'
export const caseId = requestId.replaceAll('-', '')

export const paid = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}pacs.008.001.08">
  <FIToFICstmrCdtTrf>
    <GrpHdr>
      <MsgId>MTT20240723-03</MsgId>
      <CreDtTm>2024-07-23T08:05:00+08:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
    </GrpHdr>
    <CdtTrfTxInf>
      <PmtId><InstrId>MTT-03</InstrId><EndToEndId>PO-2024-7781</EndToEndId><UETR>${uetr}</UETR></PmtId>
      <IntrBkSttlmAmt Ccy="USD">2234578.88</IntrBkSttlmAmt>
      <IntrBkSttlmDt>2024-07-23</IntrBkSttlmDt>
      <ChrgBr>SHAR</ChrgBr>
      <InstgAgt>${agent(debtorAgent)}</InstgAgt>
      <InstdAgt>${agent(creditorAgent)}</InstdAgt>
      <IntrmyAgt1>${agent('PLMKUS33')}</IntrmyAgt1>
      <Dbtr><Nm>Merlion Tin Trading Pte Ltd</Nm></Dbtr>
      <DbtrAcct><Id><Othr><Id>0125550042</Id></Othr></Id></DbtrAcct>
      <DbtrAgt>${agent(debtorAgent)}</DbtrAgt>
      <CdtrAgt><FinInstnId><BICFI>${creditorAgent}</BICFI><Nm>Kamanasa Bank, Dili</Nm></FinInstnId></CdtrAgt>
      <Cdtr><Nm>Kamanasa Supplies Lda</Nm></Cdtr>
      <CdtrAcct><Id><IBAN>TL380020123456789012345</IBAN></Id></CdtrAcct>
      <RmtInf><Ustrd>Invoice 7781</Ustrd></RmtInf>
    </CdtTrfTxInf>
  </FIToFICstmrCdtTrf>
</Document>
`

const original = `<OrgnlGrpInf>
          <OrgnlMsgId>MTT20240723-03</OrgnlMsgId>
          <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
          <OrgnlCreDtTm>2024-07-23T08:05:00+08:00</OrgnlCreDtTm>
        </OrgnlGrpInf>
        <OrgnlInstrId>MTT-03</OrgnlInstrId>
        <OrgnlEndToEndId>PO-2024-7781</OrgnlEndToEndId>`

const caseOf = (name: string) => `<${name}><Id>${caseId}</Id><Cretr><Agt>${agent(debtorAgent)}</Agt></Cretr></${name}>`

const assignment = (id: string, from: string, to: string, at: string) => `<Assgnmt>
      <Id>${id}</Id>
      <Assgnr><Agt>${agent(from)}</Agt></Assgnr>
      <Assgne><Agt>${agent(to)}</Agt></Assgne>
      <CreDtTm>${at}</CreDtTm>
    </Assgnmt>`

export const cancelled = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}camt.056.001.08">
  <FIToFIPmtCxlReq>
    ${assignment('CXL-1', debtorAgent, creditorAgent, '2024-07-23T10:30:00+08:00')}
    <Undrlyg>
      <TxInf>
        ${caseOf('Case')}
        ${original}
        <OrgnlUETR>${uetr}</OrgnlUETR>
        <OrgnlIntrBkSttlmAmt Ccy="USD">2234578.88</OrgnlIntrBkSttlmAmt>
        <OrgnlIntrBkSttlmDt>2024-07-23</OrgnlIntrBkSttlmDt>
        <CxlRsnInf>
          <Rsn><Cd>FRAD</Cd></Rsn>
          <AddtlInf>Invoice redirected by a forged e-mail</AddtlInf>
        </CxlRsnInf>
      </TxInf>
    </Undrlyg>
  </FIToFIPmtCxlReq>
</Document>
`

interface Answer {
  readonly confirmation: string
  /** What stands in the transaction besides its references. */
  readonly status?: string
  readonly reasons?: string
  readonly rest?: string
}

/** A camt.029 about the payment of the chain. */
export const answered = ({ confirmation, status = '', reasons = '', rest = '' }: Answer): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}camt.029.001.09">
  <RsltnOfInvstgtn>
    ${assignment('RSL-1', creditorAgent, debtorAgent, '2024-07-24T09:00:00+09:00')}
    <Sts><Conf>${confirmation}</Conf></Sts>
    <CxlDtls>
      <TxInfAndSts>
        <CxlStsId>RSL-1-1</CxlStsId>
        ${caseOf('RslvdCase')}
        ${original}
        <OrgnlUETR>${uetr}</OrgnlUETR>
        ${status}${reasons}${rest}
      </TxInfAndSts>
    </CxlDtls>
  </RsltnOfInvstgtn>
</Document>
`

export const reasonOf = (code: string, ...lines: string[]) =>
  `<CxlStsRsnInf><Rsn><Cd>${code}</Cd></Rsn>${lines.map(line => `<AddtlInf>${line}</AddtlInf>`).join('')}</CxlStsRsnInf>`

export const answeredInPart = answered({ confirmation: 'PECR', reasons: reasonOf('NARR', '20 %') })

interface Return {
  readonly amount?: string
  /** What stands between the settlement date and the reason. */
  readonly amounts?: string
  readonly reasons?: string
}

/** A pacs.004 about the payment of the chain. */
export const returned = ({
  amount = '<RtrdIntrBkSttlmAmt Ccy="USD">446915.78</RtrdIntrBkSttlmAmt>',
  amounts = '<ChrgBr>SHAR</ChrgBr>',
  reasons = '<RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn></RtrRsnInf>',
}: Return = {}): string => `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${iso}pacs.004.001.10">
  <PmtRtr>
    <GrpHdr>
      <MsgId>RTR-MSG-1</MsgId>
      <CreDtTm>2024-07-26T09:00:00+09:00</CreDtTm>
      <NbOfTxs>1</NbOfTxs>
      <SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
    </GrpHdr>
    <TxInf>
        <RtrId>RTR-1</RtrId>
        ${original}
        <OrgnlUETR>${uetr}</OrgnlUETR>
        <OrgnlIntrBkSttlmAmt Ccy="USD">2234578.88</OrgnlIntrBkSttlmAmt>
        <OrgnlIntrBkSttlmDt>2024-07-23</OrgnlIntrBkSttlmDt>
        ${amount}
        <IntrBkSttlmDt>2024-07-26</IntrBkSttlmDt>
        ${amounts}
        <InstgAgt>${agent(creditorAgent)}</InstgAgt>
        <InstdAgt>${agent(debtorAgent)}</InstdAgt>
        ${reasons}
    </TxInf>
  </PmtRtr>
</Document>
`
