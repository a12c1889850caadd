using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Gateway.Registry;
using LightningOps.Observability;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Json;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;
using LightningOps.Storage.Postgres;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>
/// A cmdlet with an asynchronous body. Output and prompts run on the pipeline thread, Ctrl+C cancels its token, and a
/// domain failure becomes an error record (see <see cref="ErrorRecords" />).
/// </summary>
public abstract class LightningOpsCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource terminated = new();
    private PipelineThread? pipeline;
    private Task? abandoned;
    private SessionContext? context;
    private PSHost? host;
    private GuardedSink? observability;

    /// <summary>Runs once, before the first input.</summary>
    protected virtual Task BeginProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs for each input.</summary>
    protected virtual Task ProcessRecordAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs once, after the last input.</summary>
    protected virtual Task EndProcessingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginProcessingAsync);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessRecordAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndProcessingAsync);

    /// <summary>Cancels the running call.</summary>
    protected sealed override void StopProcessing()
    {
        ReportStopping();
        stop.Cancel();
    }

    /// <summary>Whether SIGTERM and the end of the terminal wait for this command to end in a known state.</summary>
    private protected virtual bool WatchesSignals => false;

    /// <summary>
    /// Whether its body begins on the pipeline thread, which saves a frequently called command the switch to a
    /// worker. Only for a body that never blocks on work that writes or asks.
    /// </summary>
    private protected virtual bool StartsOnPipelineThread => false;

    /// <summary>Whether it then completes its work; otherwise it is stopped as by Ctrl+C.</summary>
    private protected virtual bool FinishesOnSignal => false;

    /// <summary>Cancelled when a signal came on which the command finishes.</summary>
    private protected CancellationToken Terminated => terminated.Token;

    /// <summary>
    /// Reports on the screen what Ctrl+C has to wait for (<see cref="WriteHostLine" />), on the stopping thread;
    /// nothing for a command that ends at once.
    /// </summary>
    protected virtual void ReportStopping()
    {
    }

    /// <summary>Reports on the screen what a second Ctrl+C leaves behind.</summary>
    private protected virtual void ReportAbandoned()
    {
    }

    /// <summary>Writes a value to the pipeline, from any thread of the body.</summary>
    protected new void WriteObject(object? value) => Pipeline.Post(() => base.WriteObject(value));

    /// <summary>Writes a value, or each of its elements, to the pipeline.</summary>
    protected new void WriteObject(object? value, bool enumerateCollection) =>
        Pipeline.Post(() => base.WriteObject(value, enumerateCollection));

    /// <summary>Writes to the verbose stream; never a secret.</summary>
    protected new void WriteVerbose(string text) => Pipeline.Post(() => base.WriteVerbose(TerminalText.Clean(text)));

    /// <summary>Writes to the warning stream.</summary>
    protected new void WriteWarning(string text) => Pipeline.Post(() => base.WriteWarning(TerminalText.Clean(text)));

    /// <summary>Writes to the information stream and the screen, like Write-Host.</summary>
    private protected void WriteHost(string text) => Pipeline.Post(() => base.WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]));

    /// <summary>Shows progress.</summary>
    protected new void WriteProgress(ProgressRecord progress)
    {
        progress.Activity = TerminalText.Clean(progress.Activity);
        progress.StatusDescription = TerminalText.Clean(progress.StatusDescription);
        progress.CurrentOperation = progress.CurrentOperation is { } operation ? TerminalText.Clean(operation) : null;
        Pipeline.Post(() => base.WriteProgress(progress));
    }

    /// <summary>Waits until everything written so far has reached the pipeline, so that an endless writer does not outrun its reader.</summary>
    protected void WaitForPipeline() => Pipeline.Invoke(static () => true);

    /// <summary>Writes a non-terminating error.</summary>
    protected new void WriteError(ErrorRecord error) => Pipeline.Post(() => base.WriteError(error));

    /// <summary>Writes an error that ends the command.</summary>
    protected new void ThrowTerminatingError(ErrorRecord error) => Pipeline.Invoke(() =>
    {
        base.ThrowTerminatingError(error);
        return true;
    });

    /// <summary>Asks for confirmation (-WhatIf, -Confirm).</summary>
    /// <exception cref="ConfirmationException">The host cannot ask.</exception>
    protected new bool ShouldProcess(string target, string action)
    {
        if (QuestionPlaces is null)
        {
            return AskPrompt(() => base.ShouldProcess(TerminalText.Clean(target), TerminalText.Clean(action)));
        }

        // PowerShell's own wording, followed by the place of the action.
        var description = TerminalText.Clean(WithPlaces("Performing the operation \"" + action + "\" on target \"" + target + "\"."));
        return AskPrompt(() => base.ShouldProcess(description, description, "Confirm"));
    }

    /// <summary>Asks for confirmation, with a specific text for -WhatIf and -Confirm.</summary>
    /// <param name="description">The action: the text of -WhatIf, and the question of -Confirm.</param>
    /// <param name="caption">Title of the question.</param>
    /// <exception cref="ConfirmationException">The host cannot ask.</exception>
    protected bool ShouldProcessAs(string description, string caption)
    {
        var clean = TerminalText.Clean(WithPlaces(description));
        return AskPrompt(() => base.ShouldProcess(clean, clean, TerminalText.Clean(caption)));
    }

    /// <summary>Asks for confirmation, regardless of $ConfirmPreference.</summary>
    /// <exception cref="ConfirmationException">The host cannot ask.</exception>
    protected new bool ShouldContinue(string query, string caption) => AskPrompt(() => base.ShouldContinue(TerminalText.Clean(WithPlaces(query)), TerminalText.Clean(caption)));

    /// <summary>Asks for confirmation; null if the host cannot ask.</summary>
    private protected bool? TryShouldContinue(string query, string caption) =>
        TryAsk(() => base.ShouldContinue(TerminalText.Clean(WithPlaces(query)), TerminalText.Clean(caption)));

    /// <summary>Asks for confirmation of what goes beyond a limit: Enter declines. Null if the host cannot ask.</summary>
    private protected bool? TryConfirmExcess(string query, string caption) => TryAsk(() =>
    {
        var choices = new Collection<ChoiceDescription>
        {
            new("&Yes", "Roll it out."),
            new("&No", "Change nothing."),
        };
        return Host.UI.PromptForChoice(TerminalText.Clean(caption), TerminalText.Clean(WithPlaces(query)), choices, 1) == 0;
    });

    /// <summary>The gateways named in a question, each with its network; null for none.</summary>
    private protected virtual string? QuestionPlaces => null;

    /// <summary>How long the command waits for a team's store; null for the store's own limits.</summary>
    private protected virtual StorePatience? Patience => null;

    /// <summary>A close waits longer than another writer may hold a record, and no longer for a server that does not answer.</summary>
    private protected static StorePatience CreatePatienceToClose() => new(TimeSpan.FromSeconds(20));

    /// <summary>The registered gateways of this account; empty if the registry cannot be read, which must not block a question.</summary>
    private protected IReadOnlyList<RegisteredGateway> ListRegistered()
    {
        try
        {
            return GatewayRegistry.ForAccount(CurrentContext.Environment(patience: Patience)).List();
        }
        catch (LightningOpsException failure)
        {
            WriteVerbose("The registered gateways cannot be read: " + failure.Message);
            return [];
        }
    }

    private string WithPlaces(string question) => QuestionPlaces is { } places ? question + System.Environment.NewLine + places : question;

    /// <summary>Runs a call on the pipeline thread, the only one that may run commands of the session; it must not throw.</summary>
    private protected T OnPipeline<T>(Func<T> call) => Pipeline.Invoke(call);

    /// <summary>The JSON tree of a value. Members of types.ps1xml are scripts, which run on the pipeline thread only.</summary>
    /// <exception cref="JsonTreeException">The value has no JSON representation.</exception>
    private protected object? ToJsonTree(object? value)
    {
        // An exception on the pipeline thread would end the pipeline.
        var (tree, failure) = OnPipeline<(object?, JsonTreeException?)>(() =>
        {
            try
            {
                return (JsonTree.From(value), null);
            }
            catch (JsonTreeException e)
            {
                return (null, e);
            }
        });
        return failure is null ? tree : throw failure;
    }

    /// <summary>Asks for confirmation unless -Force is specified; -WhatIf and an explicit -Confirm apply in both cases.</summary>
    /// <param name="description">The action.</param>
    /// <param name="caption">Title of the question.</param>
    /// <param name="force">Whether -Force was given.</param>
    /// <exception cref="ConfirmationException">The host cannot ask.</exception>
    protected bool ConfirmAction(string description, string caption, bool force) =>
        (force && !IsWhatIf && !IsBound("Confirm")) || ShouldProcessAs(description, caption);

    /// <summary>Whether -WhatIf or $WhatIfPreference is in effect.</summary>
    protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(Pipeline.Invoke(() => SessionState.PSVariable.GetValue("WhatIfPreference")));

    /// <summary>Impact from which the operator wants to be asked: -Confirm, else $ConfirmPreference; None for never.</summary>
    protected ConfirmImpact ConfirmThreshold =>
        MyInvocation.BoundParameters.TryGetValue("Confirm", out var given) ? ((SwitchParameter)given ? ConfirmImpact.Low : ConfirmImpact.None)
        : LanguagePrimitives.TryConvertTo<ConfirmImpact>(Pipeline.Invoke(() => SessionState.PSVariable.GetValue("ConfirmPreference")), out var preference) ? preference
        : ConfirmImpact.High;

    /// <summary>Writes to the screen, also when the pipeline is stopped and accepts no more output: what Ctrl+C left behind.</summary>
    protected void WriteHostLine(string line) => host?.UI?.WriteWarningLine(TerminalText.Clean(line));

    /// <summary>
    /// Processes one of several inputs. A failure of that input is written and the others continue; an invalid
    /// setting affects all of them and ends the command.
    /// </summary>
    /// <param name="target">The input, the target of the error record.</param>
    /// <param name="work">The processing.</param>
    protected async Task<bool> ForInputAsync(object? target, Func<Task> work)
    {
        if (work is null)
        {
            throw new ArgumentNullException(nameof(work));
        }

        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is not ConfigException && ErrorRecords.IsExpected(exception))
        {
            WriteError(ErrorRecords.From(exception, target));
            return false;
        }
    }

    /// <summary>Resolves a literal path of this session.</summary>
    /// <param name="literalPath">The given path, relative to the session's location; wildcards are not expanded.</param>
    /// <exception cref="ConfigException">The path is not in the file system.</exception>
    protected string ResolveFile(string literalPath) => Pipeline.Invoke(() =>
    {
        if (literalPath.IndexOf('\0') >= 0)
        {
            throw new ConfigException("Path", "contains a NUL character, which file system paths cannot contain", "Specify a file system path.");
        }

        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(literalPath, out var provider, out _);
        return string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new ConfigException("Path", literalPath + " is not a file system path", "Specify a file system path.");
    });

    /// <summary>Resolves the path of a file with a secret, and warns if other accounts have access to it.</summary>
    /// <param name="literalPath">As for <see cref="ResolveFile" />.</param>
    /// <exception cref="ConfigException">The path is not in the file system.</exception>
    private protected string ResolveSecretFile(string literalPath)
    {
        var path = ResolveFile(literalPath);
        WarnOfExposure(path);
        return path;
    }

    /// <summary>Warns of a file with a secret that other accounts have access to, once per runspace and mode of the file.</summary>
    /// <param name="path">The file, absolute; it need not exist.</param>
    private protected void WarnOfExposure(string path)
    {
        if (SecretFile.FindExposure(path) is { } exposure && OnPipeline(() => SessionContexts.For(Runspace.DefaultRunspace).Exposures.TryAdd(exposure, true)))
        {
            WriteWarning(exposure);
        }
    }

    /// <summary>Warns of a passfile that other accounts have access to, if a connection to a team's store reads its password there.</summary>
    /// <param name="connection">The address; null for none.</param>
    private protected void WarnOfPassfile(string? connection)
    {
        // A token script is not run for it.
        if (connection is not null && CurrentContext.PostgresToken is null)
        {
            WarnOfPassfile(connection, EnvironmentVariables.PostgresPassword);
        }
    }

    /// <summary>The same for the role that reads the database of an Aperture.</summary>
    private protected void WarnOfPassfileOfRole()
    {
        if (CurrentContext.Environment().Find(EnvironmentVariables.ApertureDatabaseRole) is not null)
        {
            WarnOfPassfile(null, EnvironmentVariables.ApertureDatabasePassword);
        }
    }

    private void WarnOfPassfile(string? connection, string password)
    {
        try
        {
            if (CurrentContext.Environment().Find(password) is null && PostgresStoreOptions.FindPassfile(connection, OperatorEnvironment.ForProcess()) is { } file)
            {
                WarnOfExposure(file);
            }
        }
        catch (ConfigException)
        {
            // The address is reported where it is used.
        }
    }

    /// <summary>Resolves a literal path of this session for reading; existence is checked when it is read.</summary>
    /// <param name="literalPath">As for <see cref="ResolveFile" />.</param>
    /// <exception cref="ConfigException">The path is not in the file system.</exception>
    /// <exception cref="FolderAsFileException">The path is a folder.</exception>
    protected string ResolveInputFile(string literalPath)
    {
        var path = ResolveFile(literalPath);
        return Directory.Exists(path) ? throw new FolderAsFileException(path) : path;
    }

    /// <summary>Resolves a path of this session that may contain wildcards.</summary>
    /// <param name="path">The given path, relative to the session's location.</param>
    /// <exception cref="ConfigException">The path is not in the file system.</exception>
    /// <exception cref="FileNotFoundException">Nothing matches.</exception>
    private protected IReadOnlyList<string> ResolveFiles(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            return [ResolveInputFile(path)];
        }

        var found = Pipeline.Invoke(() => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider)
            is var files && string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase) ? files : throw new ConfigException("Path", path + " is not a file system path", "Specify a file system path."));
        return found.Count > 0 ? found : throw new FileNotFoundException("No file matches " + path + ".", path);
    }

    /// <summary>Ends a command with -NoClobber if its file exists.</summary>
    /// <param name="file">The output file.</param>
    /// <param name="noClobber">Whether -NoClobber was given.</param>
    /// <exception cref="ConfigException">The file exists.</exception>
    private protected static void RequireNoFile(string file, bool noClobber)
    {
        if (noClobber && File.Exists(file))
        {
            throw new ConfigException("NoClobber", file + " already exists; nothing was written", "Specify another file, or omit -NoClobber to replace it.");
        }
    }

    /// <summary>The file system folder of the session, also while it is in another provider.</summary>
    protected string CurrentFolder => Pipeline.Invoke(() => SessionState.Path.CurrentFileSystemLocation.ProviderPath);

    /// <summary>The period of -Since and -Until.</summary>
    /// <exception cref="ConfigException">-Until is not later than -Since.</exception>
    private protected TimeRange TimeRange => TimeRange.From(MyInvocation.BoundParameters);

    /// <summary>Reads the secret of a reference.</summary>
    /// <param name="reference">Reference of the secret.</param>
    /// <param name="isMacaroon">Whether it is a macaroon; else it is one line of text.</param>
    /// <exception cref="LightningOpsException">The secret cannot be read.</exception>
    internal SecureString ReadSecret(SecretReference reference, bool isMacaroon)
    {
        if (!SecretVaults.NeedsSession(reference))
        {
            return SecretVaults.Read(reference, isMacaroon, CurrentContext.Environment());
        }

        var (secret, failure) = OnPipeline(() => SecretVaults.Ask(reference, InvokeCommand));
        return secret ?? throw failure!;
    }

    /// <summary>Whether the caller specified a parameter.</summary>
    protected bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (abandoned is { IsCompleted: false } running)
        {
            // The body still uses the objects to be disposed.
            running.ContinueWith(_ => Dispose(disposing: true), TaskScheduler.Default);
        }
        else
        {
            Dispose(disposing: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the objects of the cmdlet.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            stop.Dispose();
            terminated.Dispose();
        }
    }

    /// <summary>
    /// Context of the command: a name of Get-LightningOpsContext -ListAvailable, or a context object of another runspace, as in
    /// ForEach-Object -Parallel { ... -Context $using:context }. By default the selected context of the runspace.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNull]
    [ContextTransformation]
    public ContextArgument? Context { get; set; }

    /// <summary>Whether the command sets the context of -Context, which need not exist yet, or that of the runspace.</summary>
    private protected virtual bool MakesContext => false;

    /// <summary>The settings of Connect-LightningOps in this session, for the context of the command.</summary>
    internal SessionContext CurrentContext =>
        context ?? throw new InvalidOperationException("The session is known once processing begins.");

    /// <summary>The loopback gateways of the context. The context of the process has none, so those of the runspace are used.</summary>
    internal SessionGateways TestGateways =>
        SessionContexts.IsOfProcess(CurrentContext) ? OnPipeline(static () => SessionContexts.For(Runspace.DefaultRunspace)).Gateways : CurrentContext.Gateways;

    /// <summary>Sink for records of the command: the session's file, if there is one. Its exceptions give one warning.</summary>
    private protected IObservabilitySink Observability => observability ??= new GuardedSink(
        CurrentContext.Environment().Find(EnvironmentVariables.ObservabilityPath) is { } path ? new JsonLinesSink(path) : null,
        WriteWarning);

    private PipelineThread Pipeline =>
        pipeline ?? throw new InvalidOperationException("A cmdlet writes from its asynchronous body only.");

    /// <summary>The answer to a question; null if the host cannot ask. An exception on the pipeline thread would end the command.</summary>
    private bool? TryAsk(Func<bool> ask) => Pipeline.Invoke(() =>
    {
        try
        {
            return Ask(ask);
        }
        catch (ConfirmationException)
        {
            return (bool?)null;
        }
    });

    private bool AskPrompt(Func<bool> ask) => Pipeline.Invoke(() => Ask(ask));

    /// <summary>Hosts that cannot ask fail in different ways; each means that the action was not confirmed.</summary>
    private static bool Ask(Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            throw new ConfirmationException(exception);
        }
    }

    /// <summary>A second Ctrl+C: nothing is awaited any more.</summary>
    private void Abandon()
    {
        if (stop.IsCancellationRequested && pipeline is { } thread)
        {
            ReportAbandoned();
            thread.Abandon();
        }
    }

    private void Terminate()
    {
        if (!FinishesOnSignal)
        {
            StopProcessing();
            return;
        }

        terminated.Cancel();
    }

    private SessionContext FindContext()
    {
        var contexts = SessionContexts.For(Runspace.DefaultRunspace);
        try
        {
            return MakesContext ? (Context is null ? contexts.Own : contexts.GetOrAdd(Context.Name))
                : Context is not null ? Context.Resolve(contexts)
                : SessionContexts.IsOfProcess(contexts.Current) && !ReferenceEquals(contexts.Current, contexts.Own) ? contexts.Current.Copy()
                : contexts.Current;
        }
        catch (ConfigException unknown)
        {
            base.ThrowTerminatingError(ErrorRecords.From(unknown, Context));
            throw;
        }
    }

    private void Run(Func<CancellationToken, Task> body)
    {
        context ??= FindContext();
        using var signals = WatchesSignals ? new TerminationSignals(Terminate, Abandon) : null;
        context.Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        host ??= Host;
        try
        {
            Task Begin(PipelineThread thread)
            {
                pipeline = thread;
                return body(stop.Token);
            }

            if (StartsOnPipelineThread)
            {
                PipelineThread.RunHere(Begin, stop);
            }
            else
            {
                PipelineThread.Run(Begin, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (ErrorRecords.IsExpected(exception))
        {
            base.ThrowTerminatingError(ErrorRecords.From(exception, target: null));
        }
        finally
        {
            abandoned = pipeline?.Abandoned;
            pipeline = null;
        }
    }
}
