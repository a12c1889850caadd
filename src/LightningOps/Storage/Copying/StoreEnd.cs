using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace LightningOps.Storage.Copying;

/// <summary>A store as source or target of a copy.</summary>
public abstract class StoreEnd : IDisposable
{
    private protected StoreEnd(string name) => Name = name;

    /// <summary>File, or host, port and database.</summary>
    public string Name { get; }

    /// <summary>Whether it is a file.</summary>
    internal abstract bool IsFile { get; }

    /// <summary>The local store.</summary>
    /// <param name="options">The file.</param>
    public static StoreEnd ForFile(LocalStoreOptions options) => new FileEnd(options);

    /// <summary>A team's store.</summary>
    /// <param name="options">The file.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public static StoreEnd ForPostgres(PostgresStoreOptions options) => new PostgresEnd(options);

    /// <summary>Closes it.</summary>
    public abstract void Dispose();

    /// <summary>Reads one state of the store.</summary>
    internal abstract Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken);

    /// <summary>Adds rows, all or none.</summary>
    internal abstract Task AddAsync(StoreTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Moves the sequences of numbers past the copied ones.</summary>
    internal abstract Task FinishAsync(CancellationToken cancellationToken);

    private sealed class FileEnd(LocalStoreOptions options) : StoreEnd(options.Path)
    {
        private readonly StoreFileConnection store = new(options);

        internal override bool IsFile => true;

        public override void Dispose() => store.Dispose();

        internal override Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) =>
            store.ReadAsync(connection => work(connection), cancellationToken);

        internal override Task AddAsync(StoreTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken) =>
            store.WriteAsync(
                connection =>
                {
                    using var command = connection.CreateCommand();
                    command.CommandText = "INSERT INTO " + table.Name + " (" + table.ColumnNames(isFile: true) + ") VALUES (" + string.Join(", ", table.Columns.Select(static (_, place) => "@p" + place)) + ")";
                    var parameters = table.Columns.Select((_, place) => command.Parameters.Add(new SqliteParameter("@p" + place, null))).ToArray();
                    foreach (var row in rows)
                    {
                        for (var i = 0; i < parameters.Length; i++)
                        {
                            parameters[i].Value = row[i] ?? DBNull.Value;
                        }

                        command.ExecuteNonQuery();
                    }

                    return rows.Count;
                },
                cancellationToken);

        internal override Task FinishAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class PostgresEnd : StoreEnd
    {
        private readonly PostgresStore store;

        public PostgresEnd(PostgresStoreOptions options)
            : this(new PostgresStore(options))
        {
        }

        private PostgresEnd(PostgresStore store)
            : base(store.Name) => this.store = store;

        internal override bool IsFile => false;

        public override void Dispose() => store.Dispose();

        internal override Task<T> ReadAsync<T>(Func<DbConnection, T> work, CancellationToken cancellationToken) =>
            store.ReadAsync(connection => work(connection), cancellationToken);

        internal override Task AddAsync(StoreTable table, IReadOnlyList<object?[]> rows, CancellationToken cancellationToken) =>
            store.WriteAsync(
                connection =>
                {
                    using var import = connection.BeginBinaryImport("COPY " + table.Name + " (" + table.ColumnNames(isFile: false) + ") FROM STDIN (FORMAT BINARY)");
                    foreach (var row in rows)
                    {
                        import.StartRow();
                        for (var i = 0; i < table.Columns.Count; i++)
                        {
                            Write(import, row[i]);
                        }
                    }

                    import.Complete();
                    return rows.Count;
                },
                cancellationToken);

        internal override Task FinishAsync(CancellationToken cancellationToken) =>
            store.WriteAsync(
                connection =>
                {
                    foreach (var table in StoreTable.All.Where(static table => table.IsCounted && table.Name != "journal"))
                    {
                        connection.Integer("SELECT setval(pg_get_serial_sequence('" + PostgresSchema.Name + "." + table.Name + "', 'sequence'), coalesce(max(sequence), 0) + 1, false) FROM " + table.Name);
                    }

                    return true;
                },
                cancellationToken);

        private static void Write(NpgsqlBinaryImporter import, object? value)
        {
            switch (value)
            {
                case null:
                    import.WriteNull();
                    break;
                case string text:
                    import.Write(text, NpgsqlDbType.Text);
                    break;
                case long number:
                    import.Write(number, NpgsqlDbType.Bigint);
                    break;
                case int number:
                    import.Write(number, NpgsqlDbType.Integer);
                    break;
                case bool flag:
                    import.Write(flag, NpgsqlDbType.Boolean);
                    break;
                case byte[] octets:
                    import.Write(octets, NpgsqlDbType.Bytea);
                    break;
            }
        }
    }
}
