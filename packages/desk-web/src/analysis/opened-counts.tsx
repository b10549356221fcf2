import type { Analysis } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { Part } from './part.tsx'

/** What came in during the last day. */
export function OpenedCounts({ opened, isOfAll }: Pick<Analysis, 'opened'> & { readonly isOfAll: boolean }) {
  const { now } = useWords()
  const counts = isOfAll
    ? ([[now.ofAll, opened.incoming]] as const)
    : ([
        [now.incoming, opened.incoming],
        [now.outgoing, opened.outgoing],
      ] as const)
  return (
    <Part id="opened" title={now.opened}>
      <dl className="opened cluster across-8">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className="figures">{count ?? <span className="quiet small">{now.hidden}</span>}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
