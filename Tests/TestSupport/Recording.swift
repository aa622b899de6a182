import Foundation

/// Recording what tests compare with: figures, and what reading the zoo gives.
///
/// With `SNN_RECORD=1` in the environment they are written anew instead of compared:
/// `SNN_RECORD=1 swift test -c release --filter ChartsTests`. Read the difference before it is
/// committed.
public enum Recording {
  public static let isOn = ProcessInfo.processInfo.environment["SNN_RECORD"] == "1"
}
