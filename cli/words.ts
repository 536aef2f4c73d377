import type { DecisionAnswer, MachineAnswer } from './answers.ts'
import type { Cell, Tone } from './page.ts'

type State = MachineAnswer['state']
type Outcome = DecisionAnswer['outcome']

const stateTone: Readonly<Record<State, Tone>> = {
  unspecified: 'bad',
  enrolling: 'dim',
  pending: 'warn',
  accepted: 'good',
  locked: 'bad',
  forked: 'bad',
  removed: 'dim',
  conflict: 'bad',
}

/** What a state means for the next start of the machine. */
export const stateMeaning: Readonly<Record<State, string>> = {
  unspecified: 'this command line does not know its state: is it older than the server?',
  enrolling: 'has begun to enrol and not finished',
  pending: 'waits for a person to accept it; its boots are held',
  accepted: 'may start, as its policy says',
  locked: 'may not start until it is unlocked',
  forked: 'two copies have started; both are held until a person settles which one is the machine',
  removed: 'is gone; its keys are released no more',
  conflict: 'shows the TPM identity of another machine: an alarm; its boots are held',
}

/** What the tier of a machine is worth. */
export const tierMeaning: Readonly<Record<string, string>> = {
  T0: 'TPM emulated inside the guest: who can write its boot partition offline defeats the measurement',
  T1: 'TPM emulated on the host: trusts the root of that host',
  T2: 'TPM of the provider: trusts the provider',
  T3: 'confidential VM',
}

const outcomeTone: Readonly<Record<Outcome, Tone>> = {
  unspecified: 'bad',
  admitted: 'good',
  held: 'warn',
  refused: 'bad',
  released: 'good',
  rekeyed: 'warn',
}

export const stateCell = (state: State): Cell => ({ text: state, tone: stateTone[state] })
export const outcomeCell = (outcome: Outcome): Cell => ({ text: outcome, tone: outcomeTone[outcome] })
