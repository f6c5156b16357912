/** A call as the control API shows it; `ended` is one that the caller gave up, or that was over after it was accepted. */
export interface CallView {
  callId: string
  from: string
  to: string
  video: boolean
  state: 'ringing' | 'accepted' | 'rejected' | 'ended'
}
