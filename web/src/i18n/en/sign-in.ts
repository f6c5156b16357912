/** English. */
export const texts = {
  title: 'Sign in',
  email: 'E-mail address',
  password: 'Password',
  submit: 'Sign in',
  forgot: 'Forgotten password?',
  ended: 'Your session ended. Sign in again to go on where you were.',
  reset: {
    title: 'Set a new password',
    intro: 'Enter your e-mail address. If it has an account here, a code of six digits is on its way a moment later.',
    sendCode: 'Send the code',
    sent: (email: string) =>
      `If ${email} has an account, it gets a code of six digits now. The code is good for ten minutes.`,
    code: 'Code from the e-mail',
    verify: 'Go on',
    otherAddress: 'Use another address',
    password: 'New password',
    passwordHint: 'At least 8 characters. A few words are better than one word with signs.',
    save: 'Save and go on',
    saved: 'The new password is saved.',
    later: 'Keep the old password',
    back: 'Back to sign in',
    waitForCode: 'A code was sent a moment ago. Wait a minute before you ask for another one.',
  },
}
