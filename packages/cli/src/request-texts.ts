import type { AlertView, RequestView, RequestWithHistory } from '@holdfast/schemas'
import type { Terminal } from './terminal.ts'

/** How a workflow writes its requests for people. */
export interface RequestTexts {
  /** Over some lines. */
  describeRequest(request: RequestView, colors: Terminal['colors']): string
  /** With its history. */
  describeWhole(request: RequestWithHistory, colors: Terminal['colors']): string
  /** The countries of the request of an alert, such as `SG → TL`. */
  describeParties(alert: AlertView): string
}
