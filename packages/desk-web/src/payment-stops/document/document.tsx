import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { isRedactedData } from '@holdfast/schemas/field-states'
import { memo, type ReactNode } from 'react'
import { Code, fieldLabel } from '../../components/codes.tsx'
import { Erased } from '../../components/erased.tsx'
import { CountryName, Instant } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'
import type { AnyFact } from '../facts/any-fact.ts'
import { Amount } from '../money/amount.tsx'
import { Field } from './field.tsx'
import type { FieldLocation } from './field-location.ts'
import { fieldName } from './field-names.ts'

/** The newest document up to a fact: the request as its country had it then. */
export function documentIn(facts: readonly AnyFact[]): Partial<FreezeRequest> | undefined {
  const last = lastWithDocument(facts)
  return last && 'request' in last.data ? (last.data.request as Partial<FreezeRequest>) : undefined
}

/** Whether the personal data of that document was erased. */
export function isErasedIn(facts: readonly AnyFact[]): boolean {
  const last = lastWithDocument(facts)
  return last !== undefined && isRedactedData(last.data)
}

const lastWithDocument = (facts: readonly AnyFact[]): AnyFact | undefined =>
  facts.findLast(fact => 'request' in fact.data && typeof fact.data.request === 'object')

interface DocumentViewProps extends Pick<FieldLocation, 'requestId' | 'may'> {
  readonly document: Partial<FreezeRequest>
  /** Its personal data was erased: each required field is shown as erased. */
  readonly isErased?: boolean
}

/**
 * The victim, the loss and the payment. Names, accounts, contacts, free text and payment references may be encrypted or
 * erased; missing fields are left out.
 */
export const DocumentView = memo(function DocumentView({ document, isErased = false, ...place }: DocumentViewProps) {
  const t = useTranslate()
  const { victim, payment, offence, contact } = document
  const account = payment?.creditor?.account
  const [accountKind, accountNumber] = Object.entries(account ?? {})[0] ?? []
  const at = (path: string): FieldLocation => ({ ...place, path, name: fieldName(path, t) })
  return (
    <>
      <dl className="pairs">
        <Pair name="victim" isThere={victim}>
          {isErased ? <Erased /> : <Field value={victim?.name} place={at('/victim/name')} />}
          {victim?.country && (
            <>
              {' · '}
              <CountryName code={victim.country} long />
            </>
          )}
        </Pair>
        <Pair name="offence" isThere={offence?.typology}>
          <Code code={offence?.typology ?? ''} />
        </Pair>
        <Pair name="amount" isThere={payment?.amount}>
          <Amount money={payment?.amount} />
        </Pair>
        <Pair name="executedAt" isThere={payment?.executedAt}>
          <Instant at={payment?.executedAt ?? ''} />
        </Pair>
        <Pair name="debtorAgent" isThere={payment?.debtorAgent}>
          <bdi>{payment?.debtorAgent?.bic}</bdi>
        </Pair>
        <Pair name="creditor" isThere={isErased || payment?.creditor}>
          {isErased ? <Erased /> : <Field value={payment?.creditor?.name} place={at('/payment/creditor/name')} />}
        </Pair>
        <Pair name="account" isThere={isErased || account}>
          {isErased && <Erased />}
          <Field value={accountNumber} place={at(`/payment/creditor/account/${accountKind}`)}>
            {number => (
              <bdi className="figures breakable" dir="ltr">
                {number}
              </bdi>
            )}
          </Field>
        </Pair>
        <Pair name="creditorAgent" isThere={payment?.creditorAgent}>
          <bdi>{payment?.creditorAgent?.name}</bdi> <bdi className="quiet small">{payment?.creditorAgent?.bic}</bdi>
        </Pair>
        <Pair name="rail" isThere={payment?.rail}>
          <Code code={payment?.rail ?? ''} />
        </Pair>
        <Pair name="uetr" isThere={payment?.uetr}>
          <Field value={payment?.uetr} place={at('/payment/uetr')}>
            {uetr => <bdi className="figures breakable">{uetr}</bdi>}
          </Field>
        </Pair>
        <Pair name="wallet" isThere={payment?.wallet}>
          <Field value={payment?.wallet?.address} place={at('/payment/wallet/address')}>
            {address => <bdi className="breakable">{address}</bdi>}
          </Field>
        </Pair>
        <Pair name="contact" isThere={isErased || contact}>
          {isErased && <Erased />}
          <Field value={contact?.unit} place={at('/contact/unit')} />{' '}
          <Field value={contact?.email} place={at('/contact/email')}>
            {email => <bdi className="small">{email}</bdi>}
          </Field>{' '}
          <Field value={contact?.phone} place={at('/contact/phone')}>
            {phone => <bdi className="small figures">{phone}</bdi>}
          </Field>
        </Pair>
      </dl>
      {isErased && (
        <p>
          {t('request.narrative')}: <Erased />
        </p>
      )}
      {offence?.facts && (
        <details>
          <summary>{t('request.narrative')}</summary>
          <Field value={offence.facts} place={at('/offence/facts')}>
            {narrative => <p dir="auto">{narrative}</p>}
          </Field>
        </details>
      )}
    </>
  )
})

interface PairProps {
  readonly name: string
  /** Whether there is anything to show. */
  readonly isThere: unknown
  readonly children: ReactNode
}

function Pair({ name, isThere, children }: PairProps) {
  const t = useTranslate()
  if (!isThere) return null
  return (
    <div>
      <dt>{fieldLabel(name, t)}</dt>
      <dd>{children}</dd>
    </div>
  )
}
