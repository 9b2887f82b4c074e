export { type StandInLogin, writeStandInLogin } from './codex-login.js';
export {
  type Moment,
  type OddAnswer,
  type ScriptedTask,
  StandInCloud,
  type StandInEnvironment,
  type StandInOptions,
  type StandInRequest,
  type StandInTask,
} from './stand-in-cloud.js';
