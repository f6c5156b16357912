/** A call as the control API shows it; `ended` is one that the caller gave up. */
export interface CallView {
  callId: string
  from: string
  to: string
  video: boolean
  state: 'ringing' | 'rejected' | 'ended'
}
