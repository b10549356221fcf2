import './trail.css'
import type { RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { type CSSProperties, useMemo } from 'react'
import { CountryName } from '../../components/instant.tsx'
import { PhaseMark } from '../../components/phase.tsx'
import { Amount } from '../../money/amount.tsx'
import { MoneyBar } from '../../money/money-bar.tsx'
import { partNames, partsOf } from '../../money/money-parts.ts'
import { useWords } from '../../words/index.ts'
import type { TrailNode } from './trail.ts'
import { type Box, boxHeight, boxWidth, columnGap, layoutTrail, type Stop } from './trail-layout.ts'

/** What fits across A4 within its margins, in CSS pixels. */
const paperWidth = 640

interface TrailPictureProps {
  readonly nodes: readonly TrailNode[]
  readonly requestingCountry: string
}

/** Where the money went, drawn: it is read from the requester's country on, each hop further. The list beside it says the same in words. */
export function TrailPicture({ nodes, requestingCountry }: TrailPictureProps) {
  const { trail } = useWords()
  const { boxes, edges, width, height } = useMemo(() => layoutTrail(nodes, requestingCountry), [nodes, requestingCountry])
  const size = { inlineSize: width, blockSize: height, '--paper-zoom': Math.min(1, paperWidth / width) } as CSSProperties
  return (
    <figure className="trail-picture card stack gap-2 pad-4">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that is wider than the screen is scrolled by keys */}
      <section className="frame" aria-label={trail.picture} tabIndex={0}>
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
        <Key boxes={boxes} /> {trail.legend}
      </figcaption>
    </figure>
  )
}

/** What the patterns in the bars stand for: of those that there are. */
function Key({ boxes }: { readonly boxes: readonly Box[] }) {
  const { request: words } = useWords()
  const drawn = boxes.flatMap(({ stop }) => (stop.is === 'request' ? (partsOf(stop.request.amounts) ?? []) : []))
  const names = partNames.filter(part => drawn.some(({ name, money }) => name === part && /[1-9]/.test(money.value)))
  return (
    <span className="cluster gap-1 across-4">
      {names.map(name => (
        <span key={name}>
          <span className="swatch" data-part={name} aria-hidden="true" /> {words.amounts[name]}
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

/** What came along the line, over the end of it. */
function Came({ box: { came, start, top } }: { readonly box: Box }) {
  const { trail } = useWords()
  if (!came) return null
  const labelHeight = 44
  const place = placeOf(
    { start: start - (columnGap * 3) / 4, top: top + boxHeight / 2 - labelHeight - 8 },
    (columnGap * 3) / 4 - 8,
    labelHeight,
  )
  return (
    <p className="trail-came small" style={place}>
      <span className="quiet">{trail[came.by]}</span>
      <Amount money={came.amount} />
    </p>
  )
}

function BoxContent({ stop }: { readonly stop: Stop }) {
  const { trail, case: words } = useWords()
  if (stop.is === 'before') return <strong>? {trail.before}</strong>
  if (stop.is === 'origin')
    return (
      <>
        <strong>
          <CountryName code={stop.country} long />
        </strong>
        <span className="quiet small">{trail.origin}</span>
      </>
    )
  if (stop.is === 'request') return <RequestContent request={stop.request} />
  return (
    <>
      <strong>
        <CountryName code={stop.country} long />
      </strong>
      <span className="small">? {words[stop.standing]}</span>
    </>
  )
}

function RequestContent({ request }: { readonly request: RequestView }) {
  const { request: words } = useWords()
  const { amounts, phase, beneficiaryCountry, requestId } = request
  const parts = partsOf(amounts)?.filter(({ money }) => /[1-9]/.test(money.value)) ?? []
  // What moved onward stands on the lines that go on.
  const stayed = parts.filter(({ name }) => name === 'recovered' || name === 'frozen' || name === 'released')
  const told = parts.length === 1 ? parts : stayed
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
        {told.map(({ name, money }) => (
          <span key={name}>
            {words.amounts[name]} <Amount money={money} />
          </span>
        ))}
      </span>
    </>
  )
}
