using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Storage.Postgres;

/// <summary>The schema of a team's store, for its owner.</summary>
public sealed class PostgresStoreSchema
{
    private readonly PostgresStoreOptions options;

    /// <summary>The schema of a store; nothing is opened yet.</summary>
    /// <param name="options">The store.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public PostgresStoreSchema(PostgresStoreOptions options)
    {
        this.options = options;
        Name = PostgresAddress.Parse(options.Connection, options.Environment).Name;
    }

    /// <summary>Host, port and database.</summary>
    public string Name { get; }

    /// <summary>The missing steps of the store, oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="StoreVersionException">A newer module wrote it.</exception>
    public async Task<IReadOnlyList<SchemaStep>> FindMissingAsync(CancellationToken cancellationToken)
    {
        using var store = new PostgresStore(options);
        return ToSteps(await PostgresSchema.FindMissingAsync(store, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Applies the missing steps of the store, all or none.</summary>
    /// <returns>The applied steps.</returns>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="StoreVersionException">A newer module wrote it.</exception>
    public async Task<IReadOnlyList<SchemaStep>> UpdateAsync(CancellationToken cancellationToken)
    {
        using var store = new PostgresStore(options);
        return ToSteps(await PostgresSchema.MigrateAsync(store, cancellationToken).ConfigureAwait(false));
    }

    private static SchemaStep[] ToSteps(IReadOnlyList<Migration> steps) => steps.Select(static step => new SchemaStep(step.Version, step.Purpose, step.Sql)).ToArray();
}

/// <summary>A step of a store's schema.</summary>
/// <param name="Version">Version of the schema after it.</param>
/// <param name="Purpose">Its purpose.</param>
/// <param name="Sql">The statements.</param>
public sealed record SchemaStep(int Version, string Purpose, string Sql);
