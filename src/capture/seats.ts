/** A place that stands for what is open, in its stead wherever that is looked up. */
export interface Seat<T> {
  /** Undefined once it has ended. */
  holder: T | undefined;
  /** Where it stands among the others. */
  at: number;
}

/**
 * What is open, each on a seat. V8 makes the table of a `Set` or `Map` anew whenever enough has come and gone; the old one
 * keeps what was in it then, and leads to the new one. Once one of them is in the old generation, all that follow stay
 * until that is collected as a whole, and with them whatever was open at the time. So tables of what comes and goes hold
 * seats, which are empty by then: 15 kB an exchange would be copied twice and marked for nothing.
 */
export class Seats<T> {
  readonly #seats: Seat<T>[] = [];

  /** How many are taken. */
  get size(): number {
    return this.#seats.length;
  }

  /** A seat that nobody has. */
  next(): Seat<T> {
    const seat: Seat<T> = { holder: undefined, at: this.#seats.length };
    this.#seats.push(seat);
    return seat;
  }

  /** Empties a seat; a second time changes nothing. */
  leave(seat: Seat<T>): void {
    if (this.#seats[seat.at] !== seat) return;
    const last = this.#seats.pop();
    if (last !== undefined && last !== seat) {
      last.at = seat.at;
      this.#seats[seat.at] = last;
    }
    seat.holder = undefined;
  }

  /** Who sits now: a list that stays as it is when they leave. */
  taken(): T[] {
    return this.#seats.flatMap(({ holder }) => holder ?? []);
  }
}
