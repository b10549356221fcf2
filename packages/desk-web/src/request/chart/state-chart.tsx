import type { Phase } from '@holdfast/schemas'
import { stateName } from '../../components/codes.tsx'
import { useWords, type Words } from '../../words/index.ts'
import { type Box, boxesIn, characterWidth, headOf, hereBox, laneNames, laneStates, layoutOf, linesOf, type Point } from './chart-layout.ts'
import { type ChartPath, phaseOfState } from './chart-path.ts'

const phases: readonly Phase[] = ['received', 'verified', 'frozen', 'recovered', 'closed']
/** Of text in the picture, in its units. */
const lineHeight = 15

/** Where a request is and which way it went, for who has never seen a statechart. It is drawn twice, for wide places and for narrow ones; the style shows one. */
export function StateChart({ way, isNow }: { readonly way: ChartPath; readonly isNow: boolean }) {
  const words = useWords()
  const { chart } = words.request
  const named = (states: readonly string[]) => placeName(states, words)
  return (
    <figure className="chart">
      <Picture way={way} isNow={isNow} layout="across" />
      <Picture way={way} isNow={isNow} layout="down" />
      <figcaption>
        <p>{chart.text(named(way.here))}</p>
        <details>
          <summary>{words.request.way}</summary>
          <ol className="stack gap-1 small">
            {way.moves.map(({ sequence, from, to }) => (
              <li key={sequence}>{from.length === 0 ? chart.begun(named(to)) : chart.step(named(from), named(to), sequence)}</li>
            ))}
          </ol>
        </details>
      </figcaption>
    </figure>
  )
}

/** `Frozen · Coverage: In part · Mandate: Provisional`: enough to be read alone. */
function placeName(states: readonly string[], words: Words): string {
  const phase = states[0] === undefined ? undefined : phaseOfState(states[0])
  if (!phase) return ''
  const within = states
    .filter(state => state !== phase)
    .map(state => {
      const lane = laneNames.find(name => state.startsWith(`frozen.${name}.`))
      return lane ? `${words.regions[lane]}: ${stateName(state, words)}` : stateName(state, words)
    })
  return [words.phases[phase], ...within].join(' · ')
}

interface PictureProps {
  readonly way: ChartPath
  readonly isNow: boolean
  readonly layout: 'across' | 'down'
}

function Picture({ way, isNow, layout }: PictureProps) {
  const words = useWords()
  const { width, height, phases: boxes, lanes, arrows } = layoutOf(layout, words.direction)
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
              <Text at={[boxes.frozen.x + boxes.frozen.width / 2, boxes.frozen.y + 29]} lines={[words.phases.frozen]} isTitle />
            ) : (
              <BoxText
                box={boxes[phase]}
                title={words.phases[phase]}
                text={isHere && way.here[0] && way.here[0] !== phase ? stateName(way.here[0], words) : ''}
              />
            )}
            {isHere && (
              <Here box={boxes[phase]} direction={words.direction} text={isNow ? words.request.chart.here : words.request.chart.there} />
            )}
          </g>
        )
      })}
      {laneNames.map(lane => (
        <g key={lane}>
          <Text at={[lanes[lane].x + lanes[lane].width / 2, lanes[lane].y + 12]} lines={[words.regions[lane]]} />
          {boxesIn(lanes[lane], laneStates[lane].length, words.direction).map((each, at) => {
            const state = laneStates[lane][at] ?? ''
            const isHere = way.here.includes(state)
            return (
              <g key={state} data-visited={way.visited.has(state) || undefined} data-here={isHere || undefined}>
                <rect {...each} rx="4" />
                <BoxText box={each} text={`${isHere ? '● ' : ''}${stateName(state, words)}`} />
              </g>
            )
          })}
        </g>
      ))}
    </svg>
  )
}

const pointsText = (points: readonly Point[]): string => points.map(([x, y]) => `${x},${y}`).join(' ')

/** A way that was travelled is drawn through and says by which fact; another is dashed. */
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

/** The place now, by a word at the box and not by its colour alone. It stands where lines end: what the box is called is in its middle, and in the middle of its sides arrows come in. */
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
