import { agentOfProcess, isTerminalHost, KNOWN_AGENTS, type KnownAgent } from './agents.ts';
import type { ProcessInfo } from './process.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process and the processes around it. */
export type Surroundings = {
  readonly environment: Environment;
  /** This process; null if it cannot see itself. */
  readonly self: ProcessInfo | null;
  /** The processes above this one, the parent first. */
  readonly ancestors: readonly ProcessInfo[];
};

/** The agent that works here, and what reveals it. */
export type AgentHere = {
  readonly agent: KnownAgent;
  /** The variable that reveals it; null if only its process was seen. */
  readonly variable: string | null;
  /** The value of that variable, if the variable carries an id. */
  readonly id: string | null;
  /** The agent's nearest process among the ancestors. */
  readonly process: ProcessInfo | null;
};

/**
 * Returns the agent at work, or null if there is none.
 *
 * Processes inherit variables, so several agents may appear in the environment. The one whose process is nearest
 * counts; if no process decides, the first in the table. Variables from outside a terminal host are stale, unless
 * the agent's process is inside that host.
 */
export function agentHere(surroundings: Surroundings): AgentHere | null {
  const near = withinTerminal(surroundings.ancestors);
  const isOpen = near.length === surroundings.ancestors.length;
  const mayBePerson = surroundings.self !== null && surroundings.self.terminal !== null;
  const seen = near.flatMap((process) => {
    const agent = agentOfProcess(process);
    return agent === null ? [] : [{ agent, process, variable: null, id: null }];
  });
  const spoken = KNOWN_AGENTS.flatMap((agent) => {
    const process = seen.find((one) => one.agent === agent)?.process ?? null;
    const trace = process !== null || isOpen ? traceOf(agent, surroundings.environment, process === null && mayBePerson) : null;
    return trace === null ? [] : [{ agent, process, ...trace }];
  });
  const nearest = seen.find(({ agent }) => spoken.some((one) => one.agent === agent));
  return spoken.find((one) => one.agent === nearest?.agent) ?? spoken[0] ?? seen[0] ?? null;
}

/** A variable that names an agent's session, and is not heeded: it comes from outside the terminal, where that agent is not. */
export type Unheeded = { readonly variable: string; readonly agent: string };

/** Returns the first such variable if it would have named a session here, else null. */
export function unheededVariable({ environment, ancestors }: Surroundings): Unheeded | null {
  const near = withinTerminal(ancestors);
  if (near.length === ancestors.length) return null;
  const isHere = (agent: KnownAgent) => near.some((process) => agentOfProcess(process) === agent);
  const found = KNOWN_AGENTS.flatMap((agent) =>
    isHere(agent)
      ? []
      : agent.ids.filter((name) => isSet(environment[name])).map((variable) => ({ variable, agent: agent.name })),
  );
  return found[0] ?? null;
}

/** Returns the agent's nearest process that is not above a terminal host. */
export function nearestAgentProcess(name: string, ancestors: readonly ProcessInfo[]): ProcessInfo | null {
  return withinTerminal(ancestors).find((process) => agentOfProcess(process)?.name === name) ?? null;
}

function withinTerminal(ancestors: readonly ProcessInfo[]): readonly ProcessInfo[] {
  const host = ancestors.findIndex(isTerminalHost);
  return host < 0 ? ancestors : ancestors.slice(0, host);
}

function traceOf(agent: KnownAgent, environment: Environment, mayBePerson: boolean) {
  const carrier = agent.ids.find((name) => isSet(environment[name]));
  if (carrier !== undefined) return { variable: carrier, id: environment[carrier] as string };
  const excused = mayBePerson ? (agent.inTerminalsToo ?? []) : [];
  const sign = agent.presence.find((name) => !excused.includes(name) && isSign(name, environment));
  return sign === undefined ? null : { variable: sign.split('=', 1)[0] as string, id: null };
}

function isSign(sign: string, environment: Environment): boolean {
  const [name = '', value] = sign.split('=', 2);
  const found = environment[name];
  return value === undefined ? isSet(found) && found !== '0' && found !== 'false' : found === value;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
