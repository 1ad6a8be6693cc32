// conf/run.sh as an operator starts it, and a look at the processes below it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { freePort, root, Service, until } from './service.mjs';

// { pid, parent, command, environ } of every living process; what vanishes while it is read is left out.
export function processes() {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const read = (what) => { try { return fs.readFileSync(`/proc/${name}/${what}`, 'latin1'); } catch { return ''; } };
      return [{ pid: Number(name), parent: Number(parent), command: read('cmdline').replace(/\0/g, ' ').trim(), environ: read('environ') }];
    } catch {
      return [];
    }
  });
}

// A process and all below it.
export function tree(pid, all = processes()) {
  const found = all.filter((one) => one.pid === pid);
  for (let i = 0; i < found.length; i += 1) found.push(...all.filter((one) => one.parent === found[i].pid));
  return found;
}

export const alive = (pid) => processes().some((one) => one.pid === pid);

export class Run extends Service {
  // The pid of Kore's parent process, of its workers, of PostgreSQL.
  get kore() { return Number(fs.readFileSync(path.join(this.folder, 'kore.pid'), 'utf8')); }

  get postmaster() { return Number(fs.readFileSync(path.join(fs.realpathSync(path.join(this.folder, 'pg')), 'data/postmaster.pid'), 'utf8').split('\n')[0]); }

  async answers() {
    try {
      return (await this.request('/ready', { timeout: 1000, agent: false })).status === 200;
    } catch {
      return false;
    }
  }

  ready(timeout = 30000) {
    return until('the register answers', async () => {
      if (this.child.exitCode !== null) throw new Error(`run.sh ended with ${this.child.exitCode}:\n${this.log}`);
      return this.answers();
    }, timeout);
  }

  ended(timeout = 10000) {
    return until('run.sh ends', () => this.child.exitCode !== null || this.child.signalCode !== null, timeout);
  }

  // Leaves the folder, unlike a Service: the next run uses it again.
  async stop() {
    this.agent.destroy();
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    await this.ended();
  }
}

// Starts `command` (conf/run.sh) with VAR=folder. `env` adds to a small environment without anything of the tests' own.
export async function startRun({ folder, env = {}, command = [path.join(root, 'conf/run.sh')], port }) {
  const taken = port ?? await freePort();
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? '/', LANG: 'C.UTF-8', JCAP_ENV: 'development', JCAP_GEOIP: '', VAR: folder, PORT: String(taken), ...env },
  });
  return new Run(taken, child, folder);
}
