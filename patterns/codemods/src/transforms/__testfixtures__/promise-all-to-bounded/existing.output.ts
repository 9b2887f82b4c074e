import map from 'p-map';

@Injectable()
export class Loader {
  constructor(private readonly http: Http) {}
  load(ids: readonly string[]): Promise<Item[]> {
    return map(ids, async (id) => this.http.get<Item>(id), { concurrency: 8 });
  }
  shadowed(ids: string[], map: unknown) {
    return Promise.all(ids.map(async (id) => this.http.get<Item>(id)));
  }
}
