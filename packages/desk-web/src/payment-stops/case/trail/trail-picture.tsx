import type { PaymentStopView } from '@holdfast/payment-stop/language'
import './trail.css'
import { Link } from '@tanstack/react-router'
import { type CSSProperties, useMemo } from 'react'
import { CountryName } from '../../../components/instant.tsx'
import { PhaseMark } from '../../../components/phase.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { Amount } from '../../money/amount.tsx'
import { MoneyBar } from '../../money/money-bar.tsx'
import { partNames, partsOf } from '../../money/money-parts.ts'
import type { TrailNode } from './trail.ts'
import { type Box, boxHeight, boxWidth, columnGap, layoutTrail, type Stop } from './trail-layout.ts'

/** The width of A4 within its margins, in CSS pixels. */
const paperWidth = 640

interface TrailPictureProps {
  readonly nodes: readonly TrailNode[]
  readonly requestingCountry: string
}

/** The money trail as a picture, from the requesting country on. The list next to it has the same content as text. */
export function TrailPicture({ nodes, requestingCountry }: TrailPictureProps) {
  const t = useTranslate()
  const { boxes, edges, width, height } = useMemo(() => layoutTrail(nodes, requestingCountry), [nodes, requestingCountry])
  const size = { inlineSize: width, blockSize: height, '--paper-zoom': Math.min(1, paperWidth / width) } as CSSProperties
  return (
    <figure className="trail-picture card stack gap-2 pad-4">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that is wider than the screen is scrolled by keys */}
      <section className="frame" aria-label={t('trail.picture')} tabIndex={0}>
        <div className="trail-canvas" style={size}>
          <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
            {edges.map(({ id, path, head, strokeWidth, isKnown }) => (
              <g key={id}>
                <path d={path} strokeWidth={strokeWidth} data-known={isKnown} />
                <polygon points={head} />
              </g>
            ))}
          </svg>
          <ol>
            {boxes.map(box => (
              <li key={box.id}>
                {box.came && <Came box={box} />}
                <div className="trail-box" data-is={box.stop.is} style={placeOf(box, boxWidth, boxHeight)}>
                  <BoxContent stop={box.stop} />
                </div>
              </li>
            ))}
          </ol>
        </div>
      </section>
      <figcaption className="quiet small">
        <Key boxes={boxes} /> {t('trail.legend')}
      </figcaption>
    </figure>
  )
}

/** The legend of the patterns that occur. */
function Key({ boxes }: { readonly boxes: readonly Box[] }) {
  const t = useTranslate()
  const drawn = boxes.flatMap(({ stop }) => (stop.is === 'request' ? (partsOf(stop.request.amounts) ?? []) : []))
  const names = partNames.filter(part => drawn.some(({ name, money }) => name === part && /[1-9]/.test(money.value)))
  return (
    <span className="cluster gap-1 across-4">
      {names.map(name => (
        <span key={name}>
          <span className="swatch" data-part={name} aria-hidden="true" /> {t(`request.amounts.${name}`)}
        </span>
      ))}
    </span>
  )
}

const placeOf = ({ start, top }: Pick<Box, 'start' | 'top'>, inlineSize: number, blockSize: number): CSSProperties => ({
  insetInlineStart: start,
  insetBlockStart: top,
  inlineSize,
  blockSize,
})

/** The amount along the line, over its end. */
function Came({ box: { came, start, top } }: { readonly box: Box }) {
  const t = useTranslate()
  if (!came) return null
  const labelHeight = 44
  const place = placeOf(
    { start: start - (columnGap * 3) / 4, top: top + boxHeight / 2 - labelHeight - 8 },
    (columnGap * 3) / 4 - 8,
    labelHeight,
  )
  return (
    <p className="trail-came small" style={place}>
      <span className="quiet">{t(`trail.${came.by}`)}</span>
      <Amount money={came.amount} />
    </p>
  )
}

function BoxContent({ stop }: { readonly stop: Stop }) {
  const t = useTranslate()
  if (stop.is === 'before') return <strong>? {t('trail.before')}</strong>
  if (stop.is === 'origin')
    return (
      <>
        <strong>
          <CountryName code={stop.country} long />
        </strong>
        <span className="quiet small">{t('trail.origin')}</span>
      </>
    )
  if (stop.is === 'request') return <RequestContent request={stop.request} />
  return (
    <>
      <strong>
        <CountryName code={stop.country} long />
      </strong>
      <span className="small">? {t(`case.${stop.standing}`)}</span>
    </>
  )
}

function RequestContent({ request }: { readonly request: PaymentStopView }) {
  const t = useTranslate()
  const { amounts, phase, beneficiaryCountry, requestId } = request
  const parts = partsOf(amounts)?.filter(({ money }) => /[1-9]/.test(money.value)) ?? []
  // Money that moved onward is on the outgoing lines.
  const stayed = parts.filter(({ name }) => name === 'recovered' || name === 'frozen' || name === 'released')
  const shownParts = parts.length === 1 ? parts : stayed
  return (
    <>
      <Link to="/requests/$id" params={{ id: requestId }}>
        <strong>
          <CountryName code={beneficiaryCountry} long />
        </strong>
      </Link>
      <PhaseMark phase={phase} />
      <MoneyBar amounts={amounts} />
      <span className="stack gap-0 small">
        {shownParts.map(({ name, money }) => (
          <span key={name}>
            {t(`request.amounts.${name}`)} <Amount money={money} />
          </span>
        ))}
      </span>
    </>
  )
}
