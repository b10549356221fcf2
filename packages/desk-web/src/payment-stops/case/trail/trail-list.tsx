import { Link } from '@tanstack/react-router'
import { CountryName } from '../../../components/instant.tsx'
import { PhaseMark } from '../../../components/phase.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { Amount } from '../../money/amount.tsx'
import { stillFrozen } from '../../money/money-parts.ts'
import type { Onward, TrailNode } from './trail.ts'

/** A nested list for eyes and screen readers: each hop is within the one that its money came from. */
export function Trail({ nodes }: { readonly nodes: readonly TrailNode[] }) {
  return (
    <ul className="trail card pad-4">
      {nodes.map(node => (
        <li key={node.request.requestId}>
          <Node node={node} />
        </li>
      ))}
    </ul>
  )
}

function Node({ node: { request, onward } }: { readonly node: TrailNode }) {
  const t = useTranslate()
  const { requested, recovered } = request.amounts
  return (
    <>
      <div className="hop cluster across-5" data-phase={request.phase}>
        <strong>
          <CountryName code={request.beneficiaryCountry} long />
        </strong>
        <PhaseMark phase={request.phase} />
        <dl className="cluster across-5">
          {[
            [t('request.amounts.requested'), requested],
            [t('request.amounts.frozen'), stillFrozen(request.amounts)],
            [t('request.amounts.recovered'), recovered],
          ].map(([name, money]) => (
            <div key={name as string}>
              <dt className="quiet small">{name as string}</dt>
              <dd>
                <Amount money={money as typeof requested} />
              </dd>
            </div>
          ))}
        </dl>
        <Link to="/requests/$id" params={{ id: request.requestId }}>
          <bdi className="figures">{request.requestId.slice(0, 8)}</bdi>
        </Link>
      </div>
      {onward.length > 0 && (
        <ul className="indent">
          {onward.map((hop, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: reports of a request only ever come behind the others
            <li key={index}>
              <Hop hop={hop} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Hop({ hop: { country, amount, standing, child } }: { readonly hop: Onward }) {
  const t = useTranslate()
  return (
    <>
      <p className="moved">
        <Amount money={amount} /> {t('case.onward')} <CountryName code={country} long />{' '}
        {standing !== 'followed' && <span className="mark quiet">{t(`case.${standing}`)}</span>}
      </p>
      {child && <Node node={child} />}
    </>
  )
}
