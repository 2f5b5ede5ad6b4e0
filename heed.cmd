@echo off
rem Starts Heed on Windows: builds it first when the jar is missing. In an archive it has nothing to build.
setlocal
chcp 65001 >nul
set "HOME_DIR=%~dp0"
set "HOME_DIR=%HOME_DIR:~0,-1%"
set "JAR=%HOME_DIR%\target\heed.jar"
set "JAVA=java"
set "ARCHIVE="
for %%d in ("%HOME_DIR%" "%HOME_DIR%\..") do if exist "%%~fd\runtime\bin\java.exe" set "HOME_DIR=%%~fd" & set "ARCHIVE=yes"
if defined ARCHIVE (
  set "JAR=%HOME_DIR%\heed.jar"
  set "JAVA=%HOME_DIR%\runtime\bin\java.exe"
  set "ENGINE_CACHE_DIR=%HOME_DIR%\engine"
) else if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
set "VERSION=0"
for /f "tokens=3 delims=. " %%v in ('""%JAVA%" -version 2^>^&1 ^| findstr /c:" version ""') do set "VERSION=%%~v"
if %VERSION% LSS 17 (
  echo heed: Java 17 or newer not found: install a JDK, or set JAVA_HOME to one 1>&2
  exit /b 1
)
if not exist "%JAR%" (
  echo heed: building, once; the first build also downloads its dependencies, about 250 MB 1>&2
  pushd "%HOME_DIR%"
  rem Show only warnings and downloads.
  call mvnw.cmd -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -DskipTests package 1>&2
  popd
)
if not exist "%JAR%" (
  echo heed: the build failed; the messages above say why 1>&2
  exit /b 1
)
set "NATIVE="
if %VERSION% GEQ 22 set "NATIVE=--enable-native-access=ALL-UNNAMED"
set "LOG=error"
if defined HEED_LOG set "LOG=%HEED_LOG%"
set OPT_OUT_TRACKING=true
if not defined TORCH_ALLOW_TF32_CUBLAS_OVERRIDE set TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1
"%JAVA%" %NATIVE% -Dai.djl.offline=true -Djava.awt.headless=true -Djna.noclasspath=true -Djna.nosys=true -Dorg.slf4j.simpleLogger.defaultLogLevel=%LOG% ^
  "-Dheed.home=%HOME_DIR%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 %HEED_JAVA_OPTIONS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
