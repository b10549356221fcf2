import type { Analysis } from '@holdfast/payment-stop/language'
import { useTranslate } from '../../locales/index.ts'
import { Part } from './part.tsx'

/** Requests opened during the last day. */
export function OpenedCounts({ opened, isOfAll }: Pick<Analysis, 'opened'> & { readonly isOfAll: boolean }) {
  const t = useTranslate()
  const counts = isOfAll
    ? ([[t('now.ofAll'), opened.incoming]] as const)
    : ([
        [t('now.incoming'), opened.incoming],
        [t('now.outgoing'), opened.outgoing],
      ] as const)
  return (
    <Part id="opened" title={t('now.opened')}>
      <dl className="opened cluster across-8">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className="figures">{count ?? <span className="quiet small">{t('now.hidden')}</span>}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
