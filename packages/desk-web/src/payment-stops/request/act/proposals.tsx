import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { ActionView } from '@holdfast/schemas'
import type { Act } from '../../../commands/act.ts'
import { ActorName } from '../../../components/actor.tsx'
import { Button } from '../../../components/button.tsx'
import { timeLong } from '../../../components/countdown.tsx'
import { countryName, Instant } from '../../../components/instant.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { serverNowMs } from '../../../time/server-time.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { DataPairs } from './data-pairs.tsx'

interface ProposalsProps {
  readonly request: PaymentStopView
  readonly facts: readonly AnyFact[]
  readonly allowed: ReadonlyArray<Extract<ActionView<PaymentStopTypes>, { may: true }>>
  begin(act: Act): void
}

/** A proposal with its data and age, and whether the reader may approve it. */
export function Proposals({ request, facts, allowed, begin }: ProposalsProps) {
  const t = useTranslate()
  return (
    <ul className="proposals stack gap-4">
      {request.proposals.map(({ command, proposedBy, sequence }) => {
        const fact = facts.find(each => each.sequence === sequence)
        const second = allowed.find(action => action.second?.sequence === sequence)?.second
        const [country = '', role = ''] = proposedBy.split('/')
        return (
          <li key={sequence} className="stack gap-2">
            <h3>{t(`commands.${command}`)}</h3>
            <p className="small">
              {t('request.firstBy')} <ActorName actor={proposedBy} />
              {fact && (
                <>
                  {' · '}
                  <Instant at={fact.time} /> ·{' '}
                  {t('request.proposal.old', { long: timeLong(Math.max(0, serverNowMs() - Date.parse(fact.time)), t) })}
                </>
              )}
            </p>
            {fact && <DataPairs data={(fact.data as { readonly data?: unknown }).data} />}
            {second ? (
              <Button kind="primary" onClick={() => begin({ command, needsApproval: true, second })}>
                {t('request.second')}
              </Button>
            ) : (
              <p className="small">
                <Seconders role={role} country={country} />
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Seconders({ role, country }: { readonly role: string; readonly country: string }) {
  const t = useTranslate()
  return t('request.proposal.seconds', { role: t.find(`roles.${role}`) ?? role, country: countryName(country, t) })
}
