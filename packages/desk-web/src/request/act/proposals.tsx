import type { ActionView, RequestView } from '@holdfast/schemas'
import type { Act } from '../../commands/act.ts'
import { ActorName } from '../../components/actor.tsx'
import { Button } from '../../components/button.tsx'
import { wordIn } from '../../components/codes.tsx'
import { timeLong } from '../../components/countdown.tsx'
import { countryName, Instant } from '../../components/instant.tsx'
import type { AnyFact } from '../../facts/history-pages.ts'
import { serverNowMs } from '../../time/server-time.ts'
import { useWords } from '../../words/index.ts'
import { DataPairs } from './data-pairs.tsx'

interface ProposalsProps {
  readonly request: RequestView
  readonly facts: readonly AnyFact[]
  readonly allowed: ReadonlyArray<Extract<ActionView, { may: true }>>
  begin(act: Act): void
}

/** What one person has said of the two that must: in its own words, how old it is, and who may agree. */
export function Proposals({ request, facts, allowed, begin }: ProposalsProps) {
  const words = useWords()
  const { proposal: own, firstBy, second: agree } = words.request
  return (
    <ul className="proposals stack gap-4">
      {request.proposals.map(({ command, proposedBy, sequence }) => {
        const fact = facts.find(each => each.sequence === sequence)
        const second = allowed.find(action => action.second?.sequence === sequence)?.second
        const [country = '', role = ''] = proposedBy.split('/')
        return (
          <li key={sequence} className="stack gap-2">
            <h3>{words.commands[command]}</h3>
            <p className="small">
              {firstBy} <ActorName actor={proposedBy} />
              {fact && (
                <>
                  {' · '}
                  <Instant at={fact.time} /> · {own.old(timeLong(Math.max(0, serverNowMs() - Date.parse(fact.time)), words))}
                </>
              )}
            </p>
            {fact && <DataPairs data={(fact.data as { readonly data?: unknown }).data} />}
            {second ? (
              <Button kind="primary" onClick={() => begin({ command, joint: true, second })}>
                {agree}
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
  const words = useWords()
  return words.request.proposal.seconds(wordIn(words.roles, role), countryName(country, words))
}
