import type { Phase } from '@holdfast/payment-stop/language'
import { stateName } from '../../../components/codes.tsx'
import { type Translate, useTranslate } from '../../../locales/index.ts'
import { type Box, boxesIn, characterWidth, headOf, hereBox, laneNames, laneStates, layoutOf, linesOf, type Point } from './chart-layout.ts'
import { type ChartPath, phaseOfState } from './chart-path.ts'

const phases: readonly Phase[] = ['received', 'verified', 'frozen', 'recovered', 'closed']
/** Text sizes in units of the picture. */
const lineHeight = 15

/**
 * The current state of a request and its path, for readers who don't know statecharts. Drawn for wide and for narrow
 * screens; the style shows one.
 */
export function StateChart({ way, isNow }: { readonly way: ChartPath; readonly isNow: boolean }) {
  const t = useTranslate()
  const named = (states: readonly string[]) => placeName(states, t)
  return (
    <figure className="chart">
      <Picture way={way} isNow={isNow} layout="across" />
      <Picture way={way} isNow={isNow} layout="down" />
      <figcaption>
        <p>{t('request.chart.text', { place: named(way.here) })}</p>
        <details>
          <summary>{t('request.way')}</summary>
          <ol className="stack gap-1 small">
            {way.moves.map(({ sequence, from, to }) => (
              <li key={sequence}>
                {from.length === 0
                  ? t('request.chart.begun', { state: named(to) })
                  : t('request.chart.step', { from: named(from), to: named(to), n: sequence })}
              </li>
            ))}
          </ol>
        </details>
      </figcaption>
    </figure>
  )
}

/** `Frozen · Coverage: In part · Mandate: Provisional`: enough to be read alone. */
function placeName(states: readonly string[], t: Translate): string {
  const phase = states[0] === undefined ? undefined : phaseOfState(states[0])
  if (!phase) return ''
  const within = states
    .filter(state => state !== phase)
    .map(state => {
      const lane = laneNames.find(name => state.startsWith(`frozen.${name}.`))
      return lane ? `${t(`regions.${lane}`)}: ${stateName(state, t)}` : stateName(state, t)
    })
  return [t(`phases.${phase}`), ...within].join(' · ')
}

interface PictureProps {
  readonly way: ChartPath
  readonly isNow: boolean
  readonly layout: 'across' | 'down'
}

function Picture({ way, isNow, layout }: PictureProps) {
  const t = useTranslate()
  const { width, height, phases: boxes, lanes, arrows } = layoutOf(layout, t.direction)
  const herePhase = way.here[0] === undefined ? undefined : phaseOfState(way.here[0])
  return (
    <svg className={layout} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {Object.entries(arrows).map(([name, points]) => (
        <Arrow key={name} points={points} facts={way.arrows.get(name)} />
      ))}
      {phases.map(phase => {
        const isHere = phase === herePhase
        return (
          <g key={phase} data-visited={way.visited.has(phase) || undefined} data-here={isHere || undefined}>
            <rect {...boxes[phase]} rx="6" />
            {phase === 'frozen' ? (
              <Text at={[boxes.frozen.x + boxes.frozen.width / 2, boxes.frozen.y + 29]} lines={[t('phases.frozen')]} isTitle />
            ) : (
              <BoxText
                box={boxes[phase]}
                title={t(`phases.${phase}`)}
                text={isHere && way.here[0] && way.here[0] !== phase ? stateName(way.here[0], t) : ''}
              />
            )}
            {isHere && (
              <Here box={boxes[phase]} direction={t.direction} text={isNow ? t('request.chart.here') : t('request.chart.there')} />
            )}
          </g>
        )
      })}
      {laneNames.map(lane => (
        <g key={lane}>
          <Text at={[lanes[lane].x + lanes[lane].width / 2, lanes[lane].y + 12]} lines={[t(`regions.${lane}`)]} />
          {boxesIn(lanes[lane], laneStates[lane].length, t.direction).map((each, at) => {
            const state = laneStates[lane][at] ?? ''
            const isHere = way.here.includes(state)
            return (
              <g key={state} data-visited={way.visited.has(state) || undefined} data-here={isHere || undefined}>
                <rect {...each} rx="4" />
                <BoxText box={each} text={`${isHere ? '● ' : ''}${stateName(state, t)}`} />
              </g>
            )
          })}
        </g>
      ))}
    </svg>
  )
}

const pointsText = (points: readonly Point[]): string => points.map(([x, y]) => `${x},${y}`).join(' ')

/** A taken arrow is solid and names its fact; another is dashed. */
function Arrow({ points, facts }: { readonly points: readonly Point[]; readonly facts: readonly number[] | undefined }) {
  const [first, second] = points.length > 2 ? points.slice(1, 3) : points
  const [x, y] = first && second ? [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2] : [0, 0]
  const text = facts && (facts.length > 2 ? `${facts[0]}…${facts.at(-1)}` : facts.join(', '))
  const half = 7 + 3.4 * (text?.length ?? 0)
  return (
    <g className="chart-arrow" data-visited={facts ? true : undefined}>
      <polyline points={pointsText(points)} />
      <polygon points={pointsText(headOf(points))} />
      {text && (
        <>
          <rect x={x - half} y={y - 9} width={2 * half} height={18} rx={9} />
          <Text at={[x, y + 4]} lines={[text]} />
        </>
      )}
    </g>
  )
}

interface BoxTextProps {
  readonly box: Box
  readonly title?: string
  readonly text: string
}

function BoxText({ box, title, text }: BoxTextProps) {
  const lines = text === '' ? [] : linesOf(text, Math.floor(box.width / characterWidth))
  const all = (title ? 1 : 0) + lines.length
  const top = box.y + box.height / 2 - (all * lineHeight) / 2 + 11
  const x = box.x + box.width / 2
  return (
    <>
      {title && <Text at={[x, top]} lines={[title]} isTitle />}
      <Text at={[x, top + (title ? lineHeight : 0)]} lines={lines} />
    </>
  )
}

interface TextProps {
  readonly at: Point
  readonly lines: readonly string[]
  readonly isTitle?: boolean
}

function Text({ at: [x, y], lines, isTitle = false }: TextProps) {
  return lines.map((line, n) => (
    <text
      key={line}
      x={x}
      y={y + n * lineHeight}
      textAnchor="middle"
      direction={/^\d/.test(line) ? 'ltr' : undefined}
      data-title={isTitle || undefined}
    >
      {line}
    </text>
  ))
}

interface HereProps {
  readonly box: Box
  readonly text: string
  readonly direction: string
}

/**
 * Marks the current state by a text at the box, not by colour alone. At the end of a line: the name is in the middle,
 * and arrows arrive at the middle of the sides.
 */
function Here({ box, text, direction }: HereProps) {
  const { x, y, width } = hereBox(box, text.length, direction)
  return (
    <g className="chart-here">
      <rect x={x} y={y} width={width} height={16} rx={8} />
      <text x={x + width / 2} y={y + 12} textAnchor="middle">
        ● {text}
      </text>
    </g>
  )
}
